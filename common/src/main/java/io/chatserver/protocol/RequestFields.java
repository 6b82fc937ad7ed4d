package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
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
      default -> parser.skipChildren();
    }
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

  private void wrong(String field) {
    if (wrong == null) {
      wrong = field;
    }
  }
}
