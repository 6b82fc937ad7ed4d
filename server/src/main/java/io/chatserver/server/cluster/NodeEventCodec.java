package io.chatserver.server.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.MemberEntry.Change;
import io.chatserver.protocol.Place;
import io.chatserver.protocol.UnknownEntry;
import io.chatserver.protocol.UserId;
import io.chatserver.server.message.Head;
import io.chatserver.server.storage.StoredTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes that nodes exchange: a version, then events one after the other, each a kind and its
 * fields. A node that does not know the version, in the middle of an upgrade, does without the
 * hint.
 */
final class NodeEventCodec {
  private static final int VERSION = 2;
  private static final int TEXT = 1;
  private static final int JOINED = 2;
  private static final int BEGAN = 3;
  private static final int MOVED = 4;
  private static final int MET = 5;
  private static final int JOINED_ENTRY = 6;
  private static final int REMOVED_ENTRY = 7;

  private NodeEventCodec() {}

  static byte[] encode(List<NodeEvent> events) {
    var bytes = new ByteArrayOutputStream(128 * events.size());
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      for (var event : events) {
        encode(event, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen in memory", e);
    }
    return bytes.toByteArray();
  }

  private static void encode(NodeEvent event, DataOutputStream out) throws IOException {
    switch (event) {
      case NodeEvent.Met() -> out.writeByte(MET);
      case NodeEvent.Stored(var entry, var head) -> encode(entry, head, out);
      case NodeEvent.Joined joined -> {
        out.writeByte(JOINED);
        out.writeInt(joined.user().value());
        out.writeInt(joined.group().value());
        out.writeLong(joined.place());
      }
      case NodeEvent.Began(var user, var order) -> {
        out.writeByte(BEGAN);
        out.writeInt(user.value());
        out.writeLong(order);
      }
      case NodeEvent.Moved moved -> {
        out.writeByte(MOVED);
        out.writeLong(moved.conversation().value());
        out.writeInt(moved.user().value());
        out.writeLong(moved.place().received());
        out.writeLong(moved.place().read());
      }
    }
  }

  private static void encode(LogEntry entry, Head head, DataOutputStream out) throws IOException {
    switch (entry) {
      case ChatMessage message -> {
        out.writeByte(TEXT);
        encode(message.conversation(), head, out);
        out.writeInt(message.sender().value());
        writeText(out, message.senderName());
        writeText(out, message.text());
      }
      case MemberEntry change -> {
        out.writeByte(change.change() == Change.JOINED ? JOINED_ENTRY : REMOVED_ENTRY);
        encode(change.conversation(), head, out);
        out.writeInt(change.sender().value());
        writeText(out, change.senderName());
        out.writeInt(change.user().value());
        writeText(out, change.userName());
      }
      case UnknownEntry _ -> throw new IllegalArgumentException("" + entry);
    }
  }

  private static void encode(ConversationId conversation, Head head, DataOutputStream out)
      throws IOException {
    out.writeLong(conversation.value());
    out.writeLong(head.seq());
    out.writeLong(head.others());
    out.writeLong(head.micros());
    out.writeLong(head.rights());
  }

  /**
   * Reads a payload.
   *
   * @throws IllegalArgumentException if it is none of this version
   */
  static List<NodeEvent> decode(byte[] payload) {
    var events = new ArrayList<NodeEvent>();
    try (var in = new DataInputStream(new ByteArrayInputStream(payload))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("version " + version);
      }
      while (in.available() > 0) {
        events.add(decode(in));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("cut off", e);
    }
    return events;
  }

  private static NodeEvent decode(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case MET -> new NodeEvent.Met();
      case TEXT -> decodeText(in);
      case JOINED_ENTRY -> decodeChange(Change.JOINED, in);
      case REMOVED_ENTRY -> decodeChange(Change.REMOVED, in);
      case JOINED ->
          new NodeEvent.Joined(new UserId(in.readInt()), new GroupId(in.readInt()), in.readLong());
      case BEGAN -> new NodeEvent.Began(new UserId(in.readInt()), in.readLong());
      case MOVED ->
          new NodeEvent.Moved(
              new ConversationId(in.readLong()),
              new UserId(in.readInt()),
              new Place(in.readLong(), in.readLong()));
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }

  private static NodeEvent decodeText(DataInputStream in) throws IOException {
    var conversation = new ConversationId(in.readLong());
    var head = decodeHead(in);
    var text =
        new ChatMessage(
            conversation,
            head.seq(),
            new UserId(in.readInt()),
            readText(in),
            StoredTime.read(head.micros()),
            readText(in));
    return new NodeEvent.Stored(text, head);
  }

  private static NodeEvent decodeChange(Change change, DataInputStream in) throws IOException {
    var conversation = new ConversationId(in.readLong());
    var head = decodeHead(in);
    var entry =
        new MemberEntry(
            conversation,
            head.seq(),
            change,
            new UserId(in.readInt()),
            readText(in),
            new UserId(in.readInt()),
            readText(in),
            StoredTime.read(head.micros()));
    return new NodeEvent.Stored(entry, head);
  }

  private static Head decodeHead(DataInputStream in) throws IOException {
    return new Head(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    var bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    return new String(in.readNBytes(length), UTF_8);
  }
}
