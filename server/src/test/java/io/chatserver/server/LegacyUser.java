package io.chatserver.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.chatserver.protocol.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Does what the original's C++ client does: reads into 1,024 bytes, takes what one read gives for
 * one object, up to the NUL. Where that client would abort or drop something, this fails the test.
 *
 * <p>Threads: one.
 */
final class LegacyUser implements AutoCloseable {
  private static final int BUFFER = 1024;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** How the forks of the original number the same messages. */
  enum Numbering {
    A("1 2 3 4 5 6 7 8 9 10"),
    B("1 2 10 3 4 5 6 7 8 9"),
    C("1 2 7 3 4 5 6 8 9 10"),
    D("1 4 5 2 3 6 7 8 9 10"),
    E("1 4 10 2 3 5 6 7 8 9"),
    F("1 5 7 2 6 3 4 8 9 11"),
    G("1 3 2 4 5 6 7 8 9 10"),
    H("1 2 10 3 4 5 6 9 8 7"),
    I("1 2 5 3 4 6 7 8 9 10"),
    J("0 1 2 3 4 5 6 7 8 9");

    final int login;
    final int loginAck;
    final int logout;
    final int register;
    final int registerAck;
    final int chat;
    final int addFriend;
    final int createGroup;
    final int joinGroup;
    final int groupChat;

    private final String numbers;

    Numbering(String numbers) {
      this.numbers = numbers;
      var all = Stream.of(numbers.split(" ", -1)).mapToInt(Integer::parseInt).iterator();
      login = all.next();
      loginAck = all.next();
      logout = all.next();
      register = all.next();
      registerAck = all.next();
      chat = all.next();
      addFriend = all.next();
      createGroup = all.next();
      joinGroup = all.next();
      groupChat = all.next();
    }

    /** The numbers as in settings. */
    String numbers() {
      return numbers;
    }
  }

  private final TestSocket socket;
  private final Numbering numbers;
  private int id;
  private String name = "";

  private LegacyUser(TestSocket socket, Numbering numbers) {
    this.socket = socket;
    this.numbers = numbers;
  }

  static LegacyUser connect(int port, Numbering numbering) {
    return new LegacyUser(TestSocket.connect(port, 0), numbering);
  }

  /** Connects from an address of this machine, such as 127.0.0.2. */
  static LegacyUser connectFrom(String address, int port) {
    return new LegacyUser(TestSocket.connect(port, 0, address), Numbering.A);
  }

  int id() {
    return id;
  }

  UserId userId() {
    return new UserId(id);
  }

  String name() {
    return name;
  }

  /** Takes the account of another. */
  void actAs(int otherId, String otherName) {
    id = otherId;
    name = otherName;
  }

  JsonNode register(String newName) {
    send("msgid", numbers.register, "name", newName, "password", "secret of " + newName);
    var answer = next();
    assertThat(answer.get("msgid").intValue()).isEqualTo(numbers.registerAck);
    if (answer.get("errno").intValue() == 0) {
      id = answer.get("id").intValue();
      name = newName;
    }
    return answer;
  }

  /** Logs in, which is to succeed. */
  JsonNode logIn() {
    var answer = tryToLogIn("secret of " + name);
    assertThat(answer.get("errno").intValue()).isZero();
    return answer;
  }

  JsonNode tryToLogIn(String password) {
    send("msgid", numbers.login, "id", id, "password", password);
    var answer = next();
    assertThat(answer.get("msgid").intValue()).isEqualTo(numbers.loginAck);
    return answer;
  }

  /** Logs out, and waits until that is done: which only a login tells that is to fail. */
  void logOut() {
    sendLogOut();
    assertThat(tryToLogIn("wrong").get("errno").intValue()).isEqualTo(1);
  }

  void sendLogOut() {
    send("msgid", numbers.logout, "id", id);
  }

  void say(int to, String text) {
    send(
        "msgid", numbers.chat, "id", id, "name", name, "toid", to, "msg", text, "time", "whenever");
  }

  void sayInGroup(int group, String text) {
    send(
        "msgid",
        numbers.groupChat,
        "id",
        id,
        "name",
        name,
        "groupid",
        group,
        "msg",
        text,
        "time",
        "whenever");
  }

  void addFriend(int friend) {
    send("msgid", numbers.addFriend, "id", id, "friendid", friend);
  }

  void createGroup(String groupName, String description) {
    send("msgid", numbers.createGroup, "id", id, "groupname", groupName, "groupdesc", description);
  }

  void joinGroup(int group) {
    send("msgid", numbers.joinGroup, "id", id, "groupid", group);
  }

  /** Sends an object as nlohmann's {@code dump()} writes it, and its NUL. */
  void send(Object... fields) {
    var sorted = new TreeMap<String, Object>();
    for (int i = 0; i < fields.length; i += 2) {
      sorted.put((String) fields[i], fields[i + 1]);
    }
    write(dump(sorted) + "\0");
  }

  static String dump(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  void write(String text) {
    try {
      socket.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Logs in without looking at what comes back. */
  void logInBlindly() {
    send("msgid", numbers.login, "id", id, "password", "secret of " + name);
  }

  /** What the next read gives, which must be one whole object with all that the client needs. */
  JsonNode next() {
    return parse(nextRead());
  }

  /** The next chat message, which must be one to a user. */
  String nextText() {
    var message = next();
    assertThat(message.get("msgid").intValue()).isEqualTo(numbers.chat);
    return message.get("msg").textValue();
  }

  /** The next chat message, which must be one to a group. */
  String nextTextInGroup() {
    var message = next();
    assertThat(message.get("msgid").intValue()).isEqualTo(numbers.groupChat);
    return message.get("msg").textValue();
  }

  /** What the next read gives up to the NUL. */
  String nextRead() {
    var buffer = new byte[BUFFER];
    int length = socket.read(buffer, name);
    assertThat(length).as("the server hung up on %s", name).isPositive();
    var read = new String(buffer, 0, length, UTF_8);
    int end = read.indexOf('\0');
    assertThat(end).as("a NUL at the end of what was read: %s", read).isEqualTo(read.length() - 1);
    return read.substring(0, end).stripTrailing();
  }

  /** Waits until the server hangs up without a word. */
  boolean isHungUpOn() {
    return socket.read(new byte[1], name) == 0;
  }

  private JsonNode parse(String text) {
    JsonNode object;
    try {
      object = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("the client aborts on: " + text, e);
    }
    int msgid = object.path("msgid").intValue();
    if (msgid == numbers.loginAck) {
      checkLogin(object);
    } else if (msgid == numbers.registerAck) {
      assertThat(object.path("errno").isInt()).as(text).isTrue();
    } else if (msgid == numbers.chat || msgid == numbers.groupChat) {
      checkChat(object);
    } else {
      throw new AssertionError("the client does not know: " + text);
    }
    return object;
  }

  private void checkLogin(JsonNode answer) {
    assertThat(answer.path("errno").isInt()).as(answer.toString()).isTrue();
    if (answer.get("errno").intValue() != 0) {
      assertThat(answer.path("errmsg").isTextual()).as(answer.toString()).isTrue();
      return;
    }
    assertThat(answer.path("id").isInt()).isTrue();
    assertThat(answer.path("name").isTextual()).isTrue();
    for (var friend : answer.path("friends")) {
      checkPerson(parseString(friend));
    }
    for (var each : answer.path("groups")) {
      var group = parseString(each);
      assertThat(group.path("id").isInt()).isTrue();
      assertThat(group.path("groupname").isTextual()).isTrue();
      assertThat(group.path("groupdesc").isTextual()).isTrue();
      for (var member : group.get("users")) {
        checkPerson(parseString(member));
        assertThat(parseString(member).path("role").isTextual()).isTrue();
      }
    }
    for (var message : answer.path("offlinemsg")) {
      checkChat(parseString(message));
    }
  }

  private static void checkPerson(JsonNode person) {
    assertThat(person.path("id").isInt()).as(person.toString()).isTrue();
    assertThat(person.path("name").isTextual()).as(person.toString()).isTrue();
    assertThat(person.path("state").isTextual()).as(person.toString()).isTrue();
  }

  private void checkChat(JsonNode chat) {
    for (var field : new String[] {"name", "time", "msg"}) {
      assertThat(chat.path(field).isTextual()).as(field + " in " + chat).isTrue();
    }
    assertThat(chat.path("id").isInt()).as(chat.toString()).isTrue();
    if (chat.get("msgid").intValue() != numbers.chat) {
      assertThat(chat.get("msgid").intValue()).isEqualTo(numbers.groupChat);
      assertThat(chat.path("groupid").isInt()).as(chat.toString()).isTrue();
    }
  }

  /** An element of the lists of a login's answer: JSON in a string. */
  static JsonNode parseString(JsonNode element) {
    assertThat(element.isTextual()).as(element.toString()).isTrue();
    try {
      return JSON.readTree(element.textValue());
    } catch (JsonProcessingException e) {
      throw new AssertionError("the client aborts on: " + element, e);
    }
  }

  /** Goes without a word, as after a crash. */
  void reset() {
    socket.reset();
  }

  @Override
  public void close() {
    socket.close();
  }
}
