package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a server's answers, each of which throws an {@link IllegalArgumentException}
 * where it is not of the type that it should be.
 */
final class JsonValues {
  /** A century is for ever, and more than nanoseconds can count may be added to. */
  private static final long LONGEST_MILLIS = Duration.ofDays(36_500).toMillis();

  private JsonValues() {}

  static Friend friend(JsonParser parser) throws IOException {
    var person = Person.read(parser);
    return new Friend(new UserId(person.id), person.name, person.online);
  }

  static Member member(JsonParser parser) throws IOException {
    var person = Person.read(parser);
    return new Member(new UserId(person.id), person.name, person.role, person.online);
  }

  static Group group(JsonParser parser) throws IOException {
    var group = new GroupFields();
    readObject(parser, group::set);
    return new Group(
        new GroupId(group.id), group.name, group.description, group.memberCount, group.members);
  }

  static ConversationState conversation(JsonParser parser) throws IOException {
    var fields = new ConversationFields();
    readObject(parser, fields::set);
    return fields.state();
  }

  static ServerInfo server(JsonParser parser) throws IOException {
    var fields = new ServerFields();
    readObject(parser, fields::set);
    return new ServerInfo(fields.version, fields.features, fields.epoch, fields.resumed);
  }

  static void readObject(JsonParser parser, Field field) throws IOException {
    expect(parser, JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      field.set(name, parser);
    }
  }

  static <T> List<T> list(JsonParser parser, Item<T> item) throws IOException {
    expect(parser, JsonToken.START_ARRAY);
    var list = new ArrayList<T>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(item.read(parser));
    }
    return list;
  }

  static String string(JsonParser parser) throws IOException {
    expect(parser, JsonToken.VALUE_STRING);
    return parser.getText();
  }

  static long integer(JsonParser parser) throws IOException {
    expect(parser, JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  static int smallInteger(JsonParser parser) throws IOException {
    expect(parser, JsonToken.VALUE_NUMBER_INT);
    return parser.getIntValue();
  }

  static Duration duration(JsonParser parser) throws IOException {
    long millis = integer(parser);
    if (millis < 0) {
      throw new IllegalArgumentException("a negative time");
    }
    return Duration.ofMillis(Math.min(millis, LONGEST_MILLIS));
  }

  private static void expect(JsonParser parser, JsonToken token) throws IOException {
    if (parser.currentToken() != token) {
      throw new IllegalArgumentException(parser.currentName() + " has a wrong value");
    }
  }

  /** The fields of a group. */
  private static final class GroupFields {
    int id;
    int memberCount;
    String name = "";
    String description = "";
    List<Member> members = List.of();

    void set(String field, JsonParser parser) throws IOException {
      switch (field) {
        case "id" -> id = smallInteger(parser);
        case "groupname" -> name = string(parser);
        case "groupdesc" -> description = string(parser);
        case "membercount" -> memberCount = smallInteger(parser);
        case "users" -> members = list(parser, JsonValues::member);
        default -> parser.skipChildren();
      }
    }
  }

  /** The fields of what a server says of itself. */
  private static final class ServerFields {
    String version = "";
    List<String> features = List.of();
    String epoch = "";
    boolean resumed = true;

    void set(String field, JsonParser parser) throws IOException {
      switch (field) {
        case "version" -> version = string(parser);
        case "features" -> features = list(parser, JsonValues::string);
        case "epoch" -> epoch = string(parser);
        case "resumed" -> resumed = parser.getBooleanValue();
        default -> parser.skipChildren();
      }
    }
  }

  /** The fields that friends and members have in common. */
  private static final class Person {
    int id;
    String name = "";
    Role role = Role.NORMAL;
    boolean online;

    static Person read(JsonParser parser) throws IOException {
      var person = new Person();
      readObject(parser, person::set);
      return person;
    }

    private void set(String field, JsonParser parser) throws IOException {
      switch (field) {
        case "id" -> id = smallInteger(parser);
        case "name" -> name = string(parser);
        case "role" -> role = Role.ofWireName(string(parser));
        case "state" -> online = string(parser).equals("online");
        default -> parser.skipChildren();
      }
    }
  }

  /** The fields of a conversation's state. */
  private static final class ConversationFields {
    String conversation = "";
    long head;
    @Nullable Long unread;
    long received;
    long read;
    @Nullable Long peerReceived;
    @Nullable Long peerRead;

    void set(String field, JsonParser parser) throws IOException {
      switch (field) {
        case "conversation" -> conversation = string(parser);
        case "head" -> head = integer(parser);
        case "unread" -> unread = integer(parser);
        case "received" -> received = integer(parser);
        case "read" -> read = integer(parser);
        case "peer_received" -> peerReceived = integer(parser);
        case "peer_read" -> peerRead = integer(parser);
        default -> parser.skipChildren();
      }
    }

    ConversationState state() {
      var peer =
          peerReceived == null || peerRead == null ? null : new Place(peerReceived, peerRead);
      var id = ConversationId.parse(conversation);
      var own = new Place(received, read);
      return unread == null
          ? new ConversationState(id, head, own, peer)
          : new ConversationState(id, head, unread, own, peer);
    }
  }

  /** Takes one field of an object. */
  interface Field {
    void set(String name, JsonParser value) throws IOException;
  }

  /** Reads one element of an array. */
  interface Item<T> {
    T read(JsonParser parser) throws IOException;
  }
}
