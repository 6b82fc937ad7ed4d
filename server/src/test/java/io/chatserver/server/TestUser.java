package io.chatserver.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.LogEntry;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.ResponseReader;
import io.chatserver.protocol.UserId;
import io.chatserver.tls.ClientTls;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A user with a client of ours, on a plain socket that is read only when the test asks for
 * something. Every wait is bounded.
 *
 * <p>Threads: one.
 */
final class TestUser implements AutoCloseable {
  /** The server closed the connection, or died. */
  static final class HungUp extends AssertionError {
    HungUp(TestUser user) {
      super("the server hung up on " + user);
    }
  }

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final ResponseReader reader = new ResponseReader();
  private final Queue<Push> pushes = new ArrayDeque<>();
  private final Map<Long, Reply> replies = new HashMap<>();
  private final TestSocket socket;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;
  private long lastRid;
  private @Nullable UserId id;
  private String name = "";
  private String password = "";

  private TestUser(TestSocket socket) {
    this.socket = socket;
  }

  static TestUser connect(int port) {
    return connect(port, 0);
  }

  /** Connects with TLS; what is written first, a PROXY header say, goes before that. */
  static TestUser connectTls(int port, ClientTls tls, byte... first) {
    return new TestUser(TestSocket.connectTls(port, tls, first));
  }

  /** Connects with a receive buffer of so many bytes, which keeps the kernel from reading on. */
  static TestUser connect(int port, int receiveBuffer) {
    return new TestUser(TestSocket.connect(port, receiveBuffer));
  }

  /** Connects from another address of this machine. */
  static TestUser connectFrom(int port, String address) {
    return new TestUser(TestSocket.connect(port, 0, address));
  }

  /** A user whose name begins so, registered but not logged in. */
  static TestUser registered(int port, String name) {
    var user = connect(port);
    user.register(unique(name));
    return user;
  }

  /** A user whose name begins so, logged in. */
  static TestUser loggedIn(int port, String name) {
    var user = registered(port, name);
    user.logIn();
    return user;
  }

  /** A name that nobody else has, for some servers share a database. */
  static String unique(String name) {
    return name + "-" + NAMES.incrementAndGet();
  }

  UserId id() {
    if (id == null) {
      throw new IllegalStateException("not registered");
    }
    return id;
  }

  String name() {
    return name;
  }

  String password() {
    return password;
  }

  /** Takes the account of another. */
  void actAs(TestUser other) {
    id = other.id();
    name = other.name;
    password = other.password;
  }

  void register(String newName) {
    var reply = request(new Command.Register(newName, "secret of " + newName));
    assertThat(reply).isInstanceOf(Reply.Registered.class);
    id = ((Reply.Registered) reply).id();
    name = newName;
    password = "secret of " + newName;
  }

  /** Logs in with the password, and returns the token that is asked for. */
  String logInForToken() {
    var credentials = new Command.Credentials.Password(new Command.Identity.ById(id()), password);
    return tokenOf(request(new Command.Login(credentials, true, null)));
  }

  /** Logs in with a token. */
  Reply logInBy(String token) {
    return request(new Command.Login(new Command.Credentials.Token(token), false, null));
  }

  /** Logs in with a token, and returns the one that it is renewed into. */
  String renew(String token) {
    return tokenOf(request(new Command.Login(new Command.Credentials.Token(token), true, null)));
  }

  private static String tokenOf(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.LoggedIn.class);
    return Objects.requireNonNull(((Reply.LoggedIn) reply).token()).text();
  }

  Command.Login loginCommand() {
    return new Command.Login(new Command.Identity.ById(id()), password);
  }

  /** The login of a client that reads entries of all kinds and does not acknowledge. */
  Command.Login entriesLogin() {
    return new Command.Login(loginCommand().credentials(), false, null, true);
  }

  Reply.LoggedIn logIn() {
    var reply = request(loginCommand());
    assertThat(reply).isInstanceOf(Reply.LoggedIn.class);
    return (Reply.LoggedIn) reply;
  }

  /** Logs in as a client that acknowledges what it receives, and has so much already. */
  Reply.LoggedIn resume(Map<ConversationId, Long> cursors) {
    return resume(cursors, false);
  }

  /** The same, as a client that reads entries of all kinds or does not. */
  Reply.LoggedIn resume(Map<ConversationId, Long> cursors, boolean entries) {
    var credentials = new Command.Credentials.Password(new Command.Identity.ById(id()), password);
    var reply =
        request(new Command.Login(credentials, false, new Command.Resume(cursors), entries));
    assertThat(reply).isInstanceOf(Reply.LoggedIn.class);
    return (Reply.LoggedIn) reply;
  }

  /** Says something under an id of its own, and waits until it is stored. */
  Reply.Sent say(UserId to, String text, String clientId) {
    var reply = request(new Command.SendDirect(to, text, new ClientMessageId(clientId)));
    assertThat(reply).isInstanceOf(Reply.Sent.class);
    return (Reply.Sent) reply;
  }

  /** Says that everything up to a message has been received, and waits until that is noted. */
  void acknowledge(ConversationId conversation, long seq) {
    acknowledge(Map.of(conversation, seq), Map.of());
  }

  void acknowledge(Map<ConversationId, Long> received, Map<ConversationId, Long> read) {
    assertThat(request(new Command.Acknowledge(received, read))).isEqualTo(new Reply.Done());
  }

  void logOut() {
    assertThat(request(new Command.Logout())).isEqualTo(new Reply.Done());
  }

  /** Says something to another, and waits until it is stored. */
  Reply.Sent say(TestUser to, String text) {
    return say(to.id(), text);
  }

  Reply.Sent say(UserId to, String text) {
    var reply = request(new Command.SendDirect(to, text));
    assertThat(reply).isInstanceOf(Reply.Sent.class);
    return (Reply.Sent) reply;
  }

  Reply.Sent say(GroupId group, String text) {
    var reply = request(new Command.SendGroup(group, text));
    assertThat(reply).isInstanceOf(Reply.Sent.class);
    return (Reply.Sent) reply;
  }

  GroupId createGroup(String groupName) {
    var reply = request(new Command.CreateGroup(groupName, "about " + groupName));
    assertThat(reply).isInstanceOf(Reply.InGroup.class);
    return ((Reply.InGroup) reply).group().id();
  }

  void join(GroupId group) {
    assertThat(request(new Command.JoinGroup(group))).isInstanceOf(Reply.InGroup.class);
  }

  void befriend(TestUser friend) {
    var reply = request(new Command.AddFriend(friend.id()));
    assertThat(reply).isInstanceOf(Reply.FriendAdded.class);
  }

  /** Whether a friend is online, by the list of friends. */
  boolean sees(TestUser friend) {
    var reply = (Reply.Friends) request(new Command.ListFriends());
    return reply.friends().stream()
        .filter(each -> each.id().equals(friend.id()))
        .findFirst()
        .orElseThrow()
        .online();
  }

  /** Whether the server answers: whatever it was given before has been read by then. */
  boolean isServed() {
    return request(new Command.Ping()) instanceof Reply.Pong;
  }

  /** Asks, and waits for the answer. */
  Reply request(Command command) {
    return reply(send(command));
  }

  /** Asks for something that is to be refused, and tells with which number. */
  ErrorCode refusal(Command command) {
    var reply = request(command);
    assertThat(reply).isInstanceOf(Reply.Failed.class);
    return ((Reply.Failed) reply).code();
  }

  /** Asks without waiting, and gives the number to ask for the answer by. */
  long send(Command command) {
    write(encoded(command));
    return lastRid;
  }

  /** A request as it goes on the wire, with the next number. */
  byte[] encoded(Command command) {
    lastRid++;
    var request = new Frame.Request(lastRid, command);
    var bytes = RequestWriter.write(request, UnpooledByteBufAllocator.DEFAULT);
    try {
      return ByteBufUtil.getBytes(bytes);
    } finally {
      bytes.release();
    }
  }

  Reply reply(long rid) {
    while (!replies.containsKey(rid)) {
      readFrame();
    }
    return replies.remove(rid);
  }

  /** The answer if it is there already. */
  @Nullable Reply replyAtHand(long rid) {
    return replies.remove(rid);
  }

  /** The next push if it is there already. */
  @Nullable Push pushAtHand() {
    return pushes.poll();
  }

  Push nextPush() {
    while (pushes.isEmpty()) {
      readFrame();
    }
    return pushes.remove();
  }

  /** The next messages, single or in a page, other pushes before them passed over. */
  List<ChatMessage> nextMessages() {
    while (true) {
      switch (nextPush()) {
        case Push.MessageReceived(var message) -> {
          return List.of(message);
        }
        case Push.Page page -> {
          return page.messages();
        }
        case Push.EntryReceived _, Push.Receipt _ -> {}
        case Push.Closing closing -> throw new AssertionError("" + closing);
      }
    }
  }

  /** The next entries, single or in a page, other pushes before them passed over. */
  List<LogEntry> nextEntries() {
    while (true) {
      switch (nextPush()) {
        case Push.MessageReceived(var message) -> {
          return List.of(message);
        }
        case Push.EntryReceived(var entry) -> {
          return List.of(entry);
        }
        case Push.Page page -> {
          return page.entries();
        }
        case Push.Receipt _ -> {}
        case Push.Closing closing -> throw new AssertionError("" + closing);
      }
    }
  }

  /** The next page, other pushes before it passed over. */
  Push.Page nextPage() {
    while (true) {
      if (nextPush() instanceof Push.Page page) {
        return page;
      }
    }
  }

  /** The next receipt, other pushes before it passed over. */
  Push.Receipt nextReceipt() {
    while (true) {
      if (nextPush() instanceof Push.Receipt receipt) {
        return receipt;
      }
    }
  }

  ChatMessage nextMessage() {
    var push = nextPush();
    assertThat(push).isInstanceOf(Push.MessageReceived.class);
    return ((Push.MessageReceived) push).message();
  }

  String nextText() {
    return nextMessage().text();
  }

  /** Waits until the server hangs up, and tells the reason that it gives as its last word. */
  DisconnectReason awaitClosing() {
    while (!(pushes.peek() instanceof Push.Closing)) {
      pushes.poll();
      if (pushes.isEmpty()) {
        readFrame();
      }
    }
    var closing = (Push.Closing) pushes.remove();
    assertThat(nextLine()).isNull();
    return closing.reason();
  }

  private void readFrame() {
    var line = nextLine();
    if (line == null) {
      throw new HungUp(this);
    }
    switch (reader.read(line.getBytes(UTF_8), Terminator.NEWLINE)) {
      case Frame.Response(Long rid, var _, var reply) -> {
        checkNotInternal(reply);
        assertThat(replies.put(rid, reply)).as("a second reply to %s", rid).isNull();
      }
      case Frame.Event(var push) -> pushes.add(push);
      case Frame.Request _, Frame.Malformed _, Frame.Response _ ->
          throw new AssertionError("not for a client with rid: " + line);
    }
  }

  private static void checkNotInternal(Reply reply) {
    if (reply instanceof Reply.Failed failed) {
      assertThat(failed.code()).isNotEqualTo(ErrorCode.INTERNAL);
    }
  }

  /** Whether something has come that was not read yet. */
  boolean hasInput() throws IOException {
    return position < limit || socket.hasInput();
  }

  /** Says that no more requests follow; what is answered can still be read. */
  void endOutput() {
    socket.endOutput();
  }

  /** The next line as it stands on the wire; null when the server has hung up. */
  @Nullable String nextLine() {
    var line = new ByteArrayOutputStream();
    while (true) {
      if (position == limit && !fill()) {
        assertThat(line.size()).as("half a line before the end").isZero();
        return null;
      }
      byte next = buffer[position++];
      if (next == '\n') {
        return line.toString(UTF_8);
      }
      line.write(next);
    }
  }

  private boolean fill() {
    position = 0;
    limit = socket.read(buffer, this);
    return limit > 0;
  }

  void write(String text) {
    write(text.getBytes(UTF_8));
  }

  void write(byte[] bytes) {
    try {
      socket.write(bytes);
    } catch (SocketException e) {
      throw (AssertionError) new HungUp(this).initCause(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes without a word, as after a crash: the server gets a reset. */
  void reset() {
    socket.reset();
  }

  @Override
  public void close() {
    socket.close();
  }

  @Override
  public String toString() {
    return name.isEmpty() ? "someone" : name;
  }
}
