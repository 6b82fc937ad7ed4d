package io.chatserver.protocol;

import static io.chatserver.protocol.ErrorCode.BAD_FIELD;
import static io.chatserver.protocol.ErrorCode.BAD_JSON;
import static io.chatserver.protocol.ErrorCode.UNKNOWN_TYPE;

import io.chatserver.protocol.FrameDecoder.Terminator;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Understands what one client sends, and finds out in which {@link WireForm} it wants its answers.
 *
 * <p>Threads: its connection's event loop.
 */
public final class RequestReader implements FrameDecoder.ObjectReader {
  /** How forks of the original number a logout, which is the id alone. */
  private static final Set<Integer> LOGOUTS = Set.of(2, 3, 5, 7, 8, 10, 11);

  /**
   * A request that waits took 93 bytes of the heap beside its text (60,000 requests, histogram of
   * live objects); in the log's queue, and with its answer, it takes more. A text of 15,000
   * characters of which one is not of Latin-1 took two bytes for each byte of the object.
   */
  private static final int OBJECT_BYTES = 256;

  /**
   * An entry in a map of 6,000 conversations took 32 bytes, and takes 16 more if its value is
   * large. As JSON it has at least 7 bytes, which are counted twice in addition.
   */
  private static final int ENTRY_BYTES = 40;

  /** The original's types have the numbers up to this one. */
  private static final int LAST_OF_ORIGINAL = 10;

  private final Numberings numberings;
  private WireForm form;
  private ShownNumbers shown = ShownNumbers.NONE;
  private boolean keepsAlive;
  private long bytesRead;
  private long heapTaken;

  /** Creates a reader that takes a client for one of the original until it shows something else. */
  public RequestReader() {
    this(Numberings.DEFAULT);
  }

  /**
   * Creates a reader.
   *
   * @param numberings the numberings that C++ clients may have
   */
  public RequestReader(Numberings numberings) {
    this.numberings = numberings;
    this.form = WireForm.legacy(numberings.first());
  }

  /** The form of this connection as far as it is known. */
  public WireForm form() {
    return form;
  }

  /** The numbers that the client has shown, and those that were assumed of it. */
  public ShownNumbers shown() {
    return shown;
  }

  /**
   * Assumes that a C++ client uses these numbers, too, unless it has shown others.
   *
   * @param before what clients of its user have shown before
   */
  public void assume(ShownNumbers before) {
    if (form.isLegacy()) {
      var _ = show(before.and(shown));
    }
  }

  /**
   * Whether the client pings: it has sent a ping or a {@code rid}. Other clients that end their
   * objects with a newline may be silent as long as their user.
   */
  public boolean keepsAlive() {
    return keepsAlive;
  }

  /** How long all objects were together that have been read. */
  public long bytesRead() {
    return bytesRead;
  }

  /** How much of the heap all objects took together that have been read, at most. */
  public long heapTaken() {
    return heapTaken;
  }

  @Override
  public void newlineFollowed() {
    form = WireForm.MODERN;
  }

  @Override
  public Frame garbage(Terminator terminator) {
    learn(null, terminator);
    return new Frame.Malformed(null, null, BAD_JSON, "");
  }

  @Override
  public Frame read(byte[] json, Terminator terminator) {
    bytesRead += json.length;
    RequestFields fields;
    try {
      fields = RequestFields.parse(json);
    } catch (IOException _) {
      return garbage(terminator);
    }
    heapTaken += OBJECT_BYTES + 2L * json.length + (long) ENTRY_BYTES * fields.entries();
    learn(fields.rid, terminator);
    var type = typeOf(fields);
    keepsAlive |= fields.rid != null || type == MessageType.PING;
    if (type == null) {
      var detail = fields.msgid == null ? "msgid is missing" : "msgid " + fields.msgid;
      return malformed(fields, null, fields.msgid == null ? BAD_FIELD : UNKNOWN_TYPE, detail);
    }
    if (fields.wrong != null) {
      return malformed(fields, type, BAD_FIELD, fields.wrong + " has a wrong value");
    }
    try {
      return new Frame.Request(fields.rid, command(type, fields, form));
    } catch (BadField e) {
      return malformed(fields, type, e.code, e.detail);
    }
  }

  /** A connection that once showed itself modern stays so. */
  private void learn(@Nullable Long rid, Terminator terminator) {
    if (rid != null || terminator == Terminator.NEWLINE) {
      form = WireForm.MODERN;
    }
  }

  /** The type by its number or, from a C++ client, by its fields where the number fits them. */
  private @Nullable MessageType typeOf(RequestFields fields) {
    if (fields.msgid == null) {
      return null;
    }
    var byNumber = MessageType.of(fields.msgid);
    if (!form.isLegacy()) {
      return byNumber;
    }
    var shape = shapeOf(fields, byNumber);
    if (shape == null || fields.msgid < 0 || fields.msgid > Numbering.MAX_NUMBER) {
      return byNumber;
    }
    int number = fields.msgid.intValue();
    if (shape == MessageType.LOGOUT) {
      return isLogout(number) ? shape : byNumber;
    }
    if (show(shown.with(shape, number)) || show(ShownNumbers.NONE.with(shape, number))) {
      return shape;
    }
    // A chat under a number that means something else to the original is not done as that.
    return byNumber != null && byNumber.number() <= LAST_OF_ORIGINAL ? null : byNumber;
  }

  /** By itself it shows no numbering, but it can tell two apart that fit what was shown. */
  private boolean isLogout(int number) {
    if (number != form.number(MessageType.LOGOUT) && !LOGOUTS.contains(number)) {
      return false;
    }
    if (!shown.isEmpty()) {
      var _ = show(shown.with(MessageType.LOGOUT, number));
    }
    return true;
  }

  /** Takes the likeliest numbering of a client that has shown this; false if there is none. */
  private boolean show(ShownNumbers more) {
    if (more.equals(shown)) {
      // Nearly every request repeats what the client has shown.
      return true;
    }
    var numbering = numberings.likeliest(more);
    if (numbering == null) {
      return false;
    }
    shown = more;
    if (!numbering.equals(form.numbering())) {
      form = WireForm.legacy(numbering);
    }
    return true;
  }

  private static @Nullable MessageType shapeOf(
      RequestFields fields, @Nullable MessageType byNumber) {
    if (fields.password != null) {
      boolean login = fields.id != null || byNumber == MessageType.LOGIN;
      return login ? MessageType.LOGIN : MessageType.REGISTER;
    }
    if (fields.to != null) {
      return MessageType.DIRECT_CHAT;
    }
    if (fields.friendId != null) {
      return MessageType.ADD_FRIEND;
    }
    if (fields.groupName != null) {
      return MessageType.CREATE_GROUP;
    }
    if (fields.groupId != null) {
      return fields.text == null ? MessageType.JOIN_GROUP : MessageType.GROUP_CHAT;
    }
    return fields.id == null ? null : MessageType.LOGOUT;
  }

  private static Command command(MessageType type, RequestFields fields, WireForm form)
      throws BadField {
    return switch (type) {
      case REGISTER ->
          new Command.Register(
              required("name", fields.name), required("password", fields.password));
      case LOGIN -> login(fields, form);
      case LOGOUT -> new Command.Logout();
      case DIRECT_CHAT ->
          new Command.SendDirect(
              userId("toid", fields.to), required("msg", fields.text), clientId(fields));
      case ADD_FRIEND -> new Command.AddFriend(userId("friendid", fields.friendId));
      case CREATE_GROUP ->
          new Command.CreateGroup(
              required("groupname", fields.groupName),
              fields.groupDescription == null ? "" : fields.groupDescription);
      case JOIN_GROUP -> new Command.JoinGroup(groupId(fields));
      case GROUP_CHAT ->
          new Command.SendGroup(groupId(fields), required("msg", fields.text), clientId(fields));
      case LIST_FRIENDS -> new Command.ListFriends();
      case LIST_GROUPS -> new Command.ListGroups();
      case LIST_MEMBERS ->
          new Command.ListMembers(
              groupId(fields), fields.after == null ? null : userId("after", fields.after));
      case PING -> new Command.Ping();
      case ACK -> new Command.Acknowledge(fields.rare.received, fields.rare.read);
      case HISTORY -> history(fields);
      case LIST_CONVERSATIONS -> new Command.ListConversations(fields.rare.afterConversation);
      case REVOKE_TOKENS -> new Command.RevokeTokens(fields.rare.token);
      case CHANGE_PASSWORD ->
          new Command.ChangePassword(
              required("current", fields.rare.current), required("password", fields.password));
      case FIND -> new Command.Find(required("name", fields.name));
      case LOGIN_ACK, REGISTER_ACK, REPLY, PONG, CLOSING, RECEIPT, PAGE, ENTRY ->
          throw new BadField(UNKNOWN_TYPE, "msgid " + type.number() + " is not a request");
    };
  }

  /** Reads a login. A C++ client cannot request features that it could not handle. */
  private static Command login(RequestFields fields, WireForm form) throws BadField {
    var rare = form.isLegacy() ? RequestFields.RareFields.NONE : fields.rare;
    var credentials =
        rare.token == null
            ? new Command.Credentials.Password(
                identity(fields), required("password", fields.password))
            : new Command.Credentials.Token(rare.token);
    return new Command.Login(
        credentials,
        rare.remember,
        rare.ack ? new Command.Resume(rare.cursors, rare.epoch) : null,
        rare.entries);
  }

  private static Command history(RequestFields fields) throws BadField {
    var conversation = required("conversation", fields.rare.conversation);
    var before = notNegative("before", fields.rare.before);
    var after = notNegative("after", fields.after);
    if (before != null && after != null) {
      throw new BadField(BAD_FIELD, "before and after exclude each other");
    }
    long limit = fields.rare.limit == null ? Command.History.DEFAULT_LIMIT : fields.rare.limit;
    if (limit < 1 || limit > Command.History.MAX_LIMIT) {
      throw new BadField(BAD_FIELD, "limit is out of range");
    }
    return new Command.History(conversation, before, after, (int) limit);
  }

  private static @Nullable Long notNegative(String field, @Nullable Long value) throws BadField {
    if (value != null && value < 0) {
      throw new BadField(BAD_FIELD, field + " is out of range");
    }
    return value;
  }

  private static @Nullable ClientMessageId clientId(RequestFields fields) throws BadField {
    if (fields.clientId == null) {
      return null;
    }
    var clientId = ClientMessageId.orNull(fields.clientId);
    if (clientId == null) {
      throw new BadField(BAD_FIELD, "cid has a wrong value");
    }
    return clientId;
  }

  private static Command.Identity identity(RequestFields fields) throws BadField {
    return fields.id == null && fields.name != null
        ? new Command.Identity.ByName(fields.name)
        : new Command.Identity.ById(userId("id", fields.id));
  }

  private static UserId userId(String field, @Nullable Long value) throws BadField {
    return new UserId(positiveInt(field, value));
  }

  private static GroupId groupId(RequestFields fields) throws BadField {
    return new GroupId(positiveInt("groupid", fields.groupId));
  }

  private static int positiveInt(String field, @Nullable Long value) throws BadField {
    long number = required(field, value);
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw new BadField(BAD_FIELD, field + " is out of range");
    }
    return (int) number;
  }

  private static <T> T required(String field, @Nullable T value) throws BadField {
    if (value == null) {
      throw new BadField(BAD_FIELD, field + " is missing");
    }
    return value;
  }

  private static Frame malformed(
      RequestFields fields, @Nullable MessageType type, ErrorCode code, String detail) {
    return new Frame.Malformed(fields.rid, type, code, detail);
  }

  /** Says what is wrong with a request; without a stack trace, for strangers can cause it. */
  private static final class BadField extends Exception {
    private final ErrorCode code;
    private final String detail;

    BadField(ErrorCode code, String detail) {
      super(detail, null, false, false);
      this.code = code;
      this.detail = detail;
    }
  }
}
