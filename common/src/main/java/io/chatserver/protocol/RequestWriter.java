package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the requests of a modern client.
 *
 * <p>Threads: any.
 */
public final class RequestWriter {
  private RequestWriter() {}

  /** Writes one line; the buffer belongs to the caller, who releases it. */
  public static ByteBuf write(Frame.Request request, ByteBufAllocator allocator) {
    return FrameWriter.line(
        allocator,
        json -> {
          json.writeStartObject();
          json.writeNumberField("msgid", request.command().type().number());
          if (request.rid() != null) {
            json.writeNumberField("rid", request.rid());
          }
          writeFields(json, request.command());
          json.writeEndObject();
        });
  }

  private static void writeFields(JsonGenerator json, Command command) throws IOException {
    switch (command) {
      case Command.Register(var name, var password) -> {
        json.writeStringField("name", name);
        json.writeStringField("password", password);
      }
      case Command.Login login -> writeLogin(json, login);
      case Command.SendDirect(var to, var text, var clientId) -> {
        json.writeNumberField("toid", to.value());
        writeText(json, text, clientId);
      }
      case Command.SendGroup(var group, var text, var clientId) -> {
        json.writeNumberField("groupid", group.value());
        writeText(json, text, clientId);
      }
      case Command.AddFriend(var friend) -> json.writeNumberField("friendid", friend.value());
      case Command.CreateGroup(var name, var description) -> {
        json.writeStringField("groupname", name);
        json.writeStringField("groupdesc", description);
      }
      case Command.JoinGroup(var group) -> json.writeNumberField("groupid", group.value());
      case Command.ListMembers(var group, var after) -> {
        json.writeNumberField("groupid", group.value());
        if (after != null) {
          json.writeNumberField("after", after.value());
        }
      }
      case Command.Acknowledge(var received, var read) -> {
        writeSeqs(json, "received", received);
        writeSeqs(json, "read", read);
      }
      case Command.History history -> writeHistory(json, history);
      case Command.ListConversations(var after) -> {
        if (after != null) {
          json.writeStringField("after_conversation", after.toString());
        }
      }
      case Command.RevokeTokens(var token) -> {
        if (token != null) {
          json.writeStringField("token", token);
        }
      }
      case Command.ChangePassword(var current, var password) -> {
        json.writeStringField("current", current);
        json.writeStringField("password", password);
      }
      case Command.Find(var name) -> json.writeStringField("name", name);
      case Command.Logout _, Command.ListFriends _, Command.ListGroups _, Command.Ping _ -> {}
    }
  }

  private static void writeLogin(JsonGenerator json, Command.Login login) throws IOException {
    switch (login.credentials()) {
      case Command.Credentials.Password(Command.Identity.ById(var id), var password) -> {
        json.writeNumberField("id", id.value());
        json.writeStringField("password", password);
      }
      case Command.Credentials.Password(Command.Identity.ByName(var name), var password) -> {
        json.writeStringField("name", name);
        json.writeStringField("password", password);
      }
      case Command.Credentials.Token(var token) -> json.writeStringField("token", token);
    }
    if (login.remember()) {
      json.writeBooleanField("remember", true);
    }
    if (login.resume() != null) {
      json.writeBooleanField("ack", true);
      writeSeqs(json, "cursors", login.resume().cursors());
      if (login.resume().epoch() != null) {
        json.writeStringField("epoch", login.resume().epoch());
      }
    }
    if (login.entries()) {
      json.writeBooleanField("entries", true);
    }
  }

  private static void writeText(JsonGenerator json, String text, @Nullable ClientMessageId clientId)
      throws IOException {
    json.writeStringField("msg", text);
    if (clientId != null) {
      json.writeStringField("cid", clientId.text());
    }
  }

  private static void writeHistory(JsonGenerator json, Command.History history) throws IOException {
    json.writeStringField("conversation", history.conversation().toString());
    if (history.before() != null) {
      json.writeNumberField("before", history.before());
    }
    if (history.after() != null) {
      json.writeNumberField("after", history.after());
    }
    json.writeNumberField("limit", history.limit());
  }

  /** In order of the conversations' numbers, so that the same is written in the same bytes. */
  private static void writeSeqs(JsonGenerator json, String field, Map<ConversationId, Long> seqs)
      throws IOException {
    if (seqs.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(field);
    for (var entry : new TreeMap<>(seqs).entrySet()) {
      json.writeNumberField(entry.getKey().toString(), entry.getValue());
    }
    json.writeEndObject();
  }
}
