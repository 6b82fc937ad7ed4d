package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.ZoneId;
import java.util.List;

/**
 * The JSON forms of what the server says: ours, and the original's with its nested strings.
 *
 * <p>The original's fields stand in alphabetical order, as its own server writes them.
 */
final class JsonShapes {
  private final TimeText timeText;

  JsonShapes(ZoneId zone) {
    timeText = new TimeText(zone);
  }

  /** An entry of the log as one of our clients gets it. */
  void writeEntry(JsonGenerator json, LogEntry entry) throws IOException {
    switch (entry) {
      case ChatMessage message -> writeChat(json, message);
      case MemberEntry change -> writeChange(json, change);
      case UnknownEntry _ -> throw new IllegalArgumentException("the server does not say " + entry);
    }
  }

  private static void writeChange(JsonGenerator json, MemberEntry change) throws IOException {
    json.writeStartObject();
    json.writeNumberField("msgid", MessageType.ENTRY.number());
    json.writeStringField("conversation", change.conversation().toString());
    json.writeNumberField("seq", change.seq());
    json.writeStringField("kind", change.change().wireName());
    json.writeNumberField("id", change.sender().value());
    json.writeStringField("name", change.senderName());
    json.writeNumberField("userid", change.user().value());
    json.writeStringField("username", change.userName());
    json.writeNumberField("ts", change.sentAt().toEpochMilli());
    json.writeEndObject();
  }

  /** The fields of a message as one of our clients gets it. */
  void writeChat(JsonGenerator json, ChatMessage message) throws IOException {
    boolean direct = message.conversation().isDirect();
    var type = direct ? MessageType.DIRECT_CHAT : MessageType.GROUP_CHAT;
    json.writeStartObject();
    json.writeNumberField("msgid", type.number());
    json.writeStringField("conversation", message.conversation().toString());
    json.writeNumberField("seq", message.seq());
    json.writeNumberField("id", message.sender().value());
    json.writeStringField("name", message.senderName());
    if (direct) {
      json.writeNumberField("toid", message.to().value());
    } else {
      json.writeNumberField("groupid", message.conversation().group().value());
    }
    json.writeStringField("msg", message.text());
    json.writeStringField("time", timeText.of(message.sentAt()));
    json.writeNumberField("ts", message.sentAt().toEpochMilli());
    json.writeEndObject();
  }

  /** A message as the original forwards it. */
  void writeOriginalChat(JsonGenerator json, ChatMessage message, WireForm form)
      throws IOException {
    boolean direct = message.conversation().isDirect();
    json.writeStartObject();
    if (!direct) {
      json.writeNumberField("groupid", message.conversation().group().value());
    }
    json.writeNumberField("id", message.sender().value());
    json.writeStringField("msg", LegacyText.harmless(message.text()));
    json.writeNumberField(
        "msgid", form.number(direct ? MessageType.DIRECT_CHAT : MessageType.GROUP_CHAT));
    json.writeStringField("name", message.senderName());
    json.writeStringField("time", timeText.of(message.sentAt()));
    if (direct) {
      json.writeNumberField("toid", message.to().value());
    }
    json.writeEndObject();
  }

  /** A successful login as the original answers it: lists of JSON in strings, left out if empty. */
  void writeOriginalLogin(JsonGenerator json, Reply.LoggedIn login, WireForm form)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("errno", 0);
    writeStrings(json, "friends", login.friends(), JsonShapes::writeFriend);
    writeStrings(json, "groups", login.groups(), JsonShapes::writeOriginalGroup);
    json.writeNumberField("id", login.id().value());
    json.writeNumberField("msgid", form.number(MessageType.LOGIN_ACK));
    json.writeStringField("name", login.name());
    writeStrings(
        json, "offlinemsg", login.offline(), (each, chat) -> writeOriginalChat(each, chat, form));
    json.writeEndObject();
  }

  static void writeServer(JsonGenerator json, ServerInfo server) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", server.version());
    writeArray(json, "features", server.features(), JsonGenerator::writeString);
    json.writeStringField("epoch", server.epoch());
    json.writeBooleanField("resumed", server.resumed());
    json.writeEndObject();
  }

  static void writeFriend(JsonGenerator json, Friend friend) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", friend.id().value());
    json.writeStringField("name", friend.name());
    json.writeStringField("state", state(friend.online()));
    json.writeEndObject();
  }

  static void writeGroup(JsonGenerator json, Group group) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", group.id().value());
    json.writeStringField("groupname", group.name());
    json.writeStringField("groupdesc", group.description());
    json.writeNumberField("membercount", group.memberCount());
    writeArray(json, "users", group.members(), JsonShapes::writeMember);
    json.writeEndObject();
  }

  static void writeMember(JsonGenerator json, Member member) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", member.id().value());
    json.writeStringField("name", member.name());
    json.writeStringField("role", member.role().wireName());
    json.writeStringField("state", state(member.online()));
    json.writeEndObject();
  }

  static void writeConversation(JsonGenerator json, ConversationState state) throws IOException {
    json.writeStartObject();
    json.writeStringField("conversation", state.conversation().toString());
    json.writeNumberField("head", state.head());
    json.writeNumberField("unread", state.unread());
    writePlace(json, state.own());
    var peer = state.peer();
    if (peer != null) {
      json.writeNumberField("peer_received", peer.received());
      json.writeNumberField("peer_read", peer.read());
    }
    json.writeEndObject();
  }

  static void writePlace(JsonGenerator json, Place place) throws IOException {
    json.writeNumberField("received", place.received());
    json.writeNumberField("read", place.read());
  }

  private static void writeOriginalGroup(JsonGenerator json, Group group) throws IOException {
    json.writeStartObject();
    json.writeStringField("groupdesc", LegacyText.harmless(group.description()));
    json.writeStringField("groupname", group.name());
    json.writeNumberField("id", group.id().value());
    json.writeArrayFieldStart("users");
    for (var member : group.members()) {
      json.writeString(text(member, JsonShapes::writeMember));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static <T> void writeArray(JsonGenerator json, String field, List<T> items, Shape<T> shape)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (var item : items) {
      shape.write(json, item);
    }
    json.writeEndArray();
  }

  private static <T> void writeStrings(
      JsonGenerator json, String field, List<T> items, Shape<T> shape) throws IOException {
    if (items.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(field);
    for (var item : items) {
      json.writeString(text(item, shape));
    }
    json.writeEndArray();
  }

  private static <T> String text(T item, Shape<T> shape) throws IOException {
    var text = new StringWriter();
    try (var json = Json.FACTORY.createGenerator(text)) {
      shape.write(json, item);
    }
    return text.toString();
  }

  private static String state(boolean online) {
    return online ? "online" : "offline";
  }

  /** How one kind of thing is written. */
  interface Shape<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }
}
