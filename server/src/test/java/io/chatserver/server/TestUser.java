package io.chatserver.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Command;
import io.chatserver.protocol.DisconnectReason;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder.Terminator;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.RequestWriter;
import io.chatserver.protocol.ResponseReader;
import io.chatserver.protocol.UserId;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A user with a client of ours, on a plain socket that is read only when the test asks for
 * something. Every wait is bounded.
 *
 * <p>Threads: one.
 */
final class TestUser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The server closed the connection, or died. */
  static final class HungUp extends AssertionError {
    HungUp(TestUser user) {
      super("the server hung up on " + user);
    }
  }

  private final ResponseReader reader = new ResponseReader();
  private final Queue<Push> pushes = new ArrayDeque<>();
  private final Map<Long, Reply> replies = new HashMap<>();
  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;
  private long lastRid;
  private @Nullable UserId id;
  private String name = "";
  private String password = "";

  private TestUser(Socket socket) throws IOException {
    this.socket = socket;
    in = socket.getInputStream();
  }

  static TestUser connect(int port) {
    return connect(port, 0);
  }

  /** Connects with a receive buffer of so many bytes, which keeps the kernel from reading on. */
  static TestUser connect(int port, int receiveBuffer) {
    try {
      var socket = new Socket();
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
      return new TestUser(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  Command.Login loginCommand() {
    return new Command.Login(new Command.Identity.ById(id()), password);
  }

  Reply.LoggedIn logIn() {
    var reply = request(loginCommand());
    assertThat(reply).isInstanceOf(Reply.LoggedIn.class);
    return (Reply.LoggedIn) reply;
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
    return position < limit || in.available() > 0;
  }

  /** Says that no more requests follow; what is answered can still be read. */
  void endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    try {
      position = 0;
      limit = Math.max(0, in.read(buffer));
      return limit > 0;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came for " + this + " within " + PATIENCE, e);
    } catch (SocketException _) {
      // Reset: the server hung up with something unread.
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String text) {
    write(text.getBytes(UTF_8));
  }

  void write(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      throw (AssertionError) new HungUp(this).initCause(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes without a word, as after a crash: the server gets a reset. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name.isEmpty() ? "someone" : name;
  }
}
