package io.chatserver.protocol;

import java.util.ArrayList;
import java.util.List;

/** What a golden file shows: who says what, in order, and what the connection is taken for. */
final class Exchange {
  final String name;
  final WireForm form;
  final List<Frame> frames = new ArrayList<>();

  Exchange(String name, WireForm form) {
    this.name = name;
    this.form = form;
  }

  static Exchange original(String name) {
    return new Exchange("original-" + name, WireForm.legacy(Numbering.USUAL));
  }

  static Exchange modern(String name) {
    return new Exchange("modern-" + name, WireForm.MODERN);
  }

  static Exchange byHand(String name) {
    return new Exchange("by-hand-" + name, WireForm.MODERN);
  }

  /** A client asks. */
  Exchange asks(Command command) {
    return then(new Frame.Request(null, command));
  }

  /** A client asks for a reply. */
  Exchange asks(long rid, Command command) {
    return then(new Frame.Request(rid, command));
  }

  /** The server answers the request before, as it does if it carried a rid. */
  Exchange gets(Reply reply) {
    Frame.Request request = null;
    for (var frame : frames) {
      request = frame instanceof Frame.Request asked ? asked : request;
    }
    if (request == null) {
      throw new AssertionError("nothing was asked");
    }
    return then(new Frame.Response(request.rid(), request.command().type(), reply));
  }

  /** The server pushes a message. */
  Exchange receives(ChatMessage message) {
    return pushes(new Push.MessageReceived(message));
  }

  /** The server says something unasked. */
  Exchange pushes(Push push) {
    return then(new Frame.Event(push));
  }

  /** A client says what is no request, and is told so. */
  Exchange errs(Frame.Malformed malformed) {
    var failed = new Reply.Failed(malformed.code(), malformed.detail());
    return then(malformed).then(new Frame.Response(malformed.rid(), malformed.type(), failed));
  }

  Exchange then(Frame frame) {
    frames.add(frame);
    return this;
  }
}
