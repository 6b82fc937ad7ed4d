package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one request object, as they stand there.
 *
 * <p>A field that is missing or null is null here; the last of two with one name counts; unknown
 * ones are skipped.
 */
final class RequestFields {
  @Nullable Long msgid;
  @Nullable Long rid;
  @Nullable Long id;
  @Nullable Long to;
  @Nullable Long friendId;
  @Nullable Long groupId;
  @Nullable Long after;
  @Nullable String name;
  @Nullable String password;
  @Nullable String groupName;
  @Nullable String groupDescription;
  @Nullable String text;
  @Nullable String clientId;
  RareFields rare = RareFields.NONE;

  /** The first field whose value is of the wrong type, null where all are right. */
  @Nullable String wrong;

  private RequestFields() {}

  /**
   * Reads one object.
   *
   * @throws IOException if it is not JSON, or over a bound of {@link Json}
   */
  static RequestFields parse(byte[] json) throws IOException {
    var fields = new RequestFields();
    try (var parser = Json.parser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        fields.set(name, parser);
      }
    }
    return fields;
  }

  private void set(String field, JsonParser parser) throws IOException {
    switch (field) {
      case "msgid" -> msgid = integer(field, parser);
      case "rid" -> rid = integer(field, parser);
      case "id" -> id = integer(field, parser);
      case "toid", "to" -> to = integer(field, parser);
      case "friendid" -> friendId = integer(field, parser);
      case "groupid" -> groupId = integer(field, parser);
      case "after" -> after = integer(field, parser);
      case "name" -> name = text(field, parser);
      case "password", "pwd" -> password = text(field, parser);
      case "groupname" -> groupName = text(field, parser);
      case "groupdesc" -> groupDescription = text(field, parser);
      case "msg" -> text = text(field, parser);
      case "cid" -> clientId = text(field, parser);
      default -> setRare(field, parser);
    }
  }

  private void setRare(String field, JsonParser parser) throws IOException {
    switch (field) {
      case "ack" -> rare().ack = claim(field, parser);
      case "entries" -> rare().entries = claim(field, parser);
      case "remember" -> rare().remember = claim(field, parser);
      case "token" -> rare().token = text(field, parser);
      case "current" -> rare().current = text(field, parser);
      case "epoch" -> rare().epoch = text(field, parser);
      case "cursors" -> rare().cursors = seqs(field, parser);
      case "received" -> rare().received = seqs(field, parser);
      case "read" -> rare().read = seqs(field, parser);
      case "conversation" -> rare().conversation = conversation(field, parser);
      case "after_conversation" -> rare().afterConversation = conversation(field, parser);
      case "before" -> rare().before = integer(field, parser);
      case "limit" -> rare().limit = integer(field, parser);
      default -> parser.skipChildren();
    }
  }

  /** The total number of entries in its maps. */
  int entries() {
    return rare.cursors.size() + rare.received.size() + rare.read.size();
  }

  private RareFields rare() {
    if (rare == RareFields.NONE) {
      rare = new RareFields();
    }
    return rare;
  }

  private @Nullable Long integer(String field, JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> {
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
          return parser.getLongValue();
        }
      }
      case VALUE_STRING -> {
        try {
          return Long.valueOf(parser.getText());
        } catch (NumberFormatException _) {
          // Told below.
        }
      }
      case VALUE_NULL -> {
        return null;
      }
      default -> parser.skipChildren();
    }
    wrong(field);
    return null;
  }

  private @Nullable String text(String field, JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_STRING -> {
        String value = parser.getText();
        if (Json.isWellFormed(value)) {
          return value;
        }
      }
      case VALUE_NULL -> {
        return null;
      }
      default -> parser.skipChildren();
    }
    wrong(field);
    return null;
  }

  private boolean claim(String field, JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_TRUE -> {
        return true;
      }
      case VALUE_FALSE, VALUE_NULL -> {}
      default -> {
        parser.skipChildren();
        wrong(field);
      }
    }
    return false;
  }

  private @Nullable ConversationId conversation(String field, JsonParser parser)
      throws IOException {
    var text = text(field, parser);
    var conversation = text == null ? null : ConversationId.orNull(text);
    if (text != null && conversation == null) {
      wrong(field);
    }
    return conversation;
  }

  /** An object of conversations and places in them; after a wrong one nothing more is looked at. */
  private Map<ConversationId, Long> seqs(String field, JsonParser parser) throws IOException {
    var seqs = new HashMap<ConversationId, Long>();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        wrong(field);
      }
      return seqs;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (wrong != null) {
        parser.skipChildren();
        continue;
      }
      var conversation = ConversationId.orNull(name);
      var seq = integer(field, parser);
      if (conversation == null || seq == null || seq < 0) {
        wrong(field);
      } else {
        seqs.put(conversation, seq);
      }
    }
    return seqs;
  }

  private void wrong(String field) {
    if (wrong == null) {
      wrong = field;
    }
  }

  /** The fields that few requests have: the others need not carry room for them. */
  static final class RareFields {
    static final RareFields NONE = new RareFields();

    boolean ack;
    boolean entries;
    boolean remember;
    @Nullable String token;
    @Nullable String current;
    @Nullable String epoch;
    Map<ConversationId, Long> cursors = Map.of();
    Map<ConversationId, Long> received = Map.of();
    Map<ConversationId, Long> read = Map.of();
    @Nullable ConversationId conversation;
    @Nullable ConversationId afterConversation;
    @Nullable Long before;
    @Nullable Long limit;

    private RareFields() {}
  }
}
