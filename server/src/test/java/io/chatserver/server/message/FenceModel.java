package io.chatserver.server.message;

import static java.util.Objects.requireNonNull;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MemberEntry;
import io.chatserver.protocol.MemberEntry.Change;
import io.chatserver.protocol.UserId;
import io.chatserver.server.SteppingClock;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.WentBack;
import io.chatserver.server.message.LogWriter.Item;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StorageFaults;
import io.chatserver.server.storage.StoredTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Three writers over a store that has the keys of the log and nothing else: no lock, no snapshot.
 *
 * <p>Between any two of a writer's calls to the store others may write. What nodes tell each other
 * is lost, doubled and reordered; heads are forgotten, commits end with an unknown outcome, rows
 * are purged, members come and go, and texts are repeated by whatever node. All by one seed, in one
 * thread. The log itself says who was allowed to write an entry: whoever was a member by the
 * entries before it.
 */
final class FenceModel {
  /** A rule of the fence that is broken on purpose. */
  enum Plant {
    NONE,
    HEADS_TAKE_THE_MAXIMUM,
    RIGHTS_ARE_READ_BEFORE_THE_HEAD,
    A_COLD_HEAD_IS_NOT_JUDGED,
    REFUSED_BEFORE_THE_ID_IS_LOOKED_UP,
    THE_REST_OF_A_BATCH_IS_JUDGED_BY_THE_OLD_STATE,
    A_HEAD_IS_TRUSTED_FOR_EVER
  }

  private static final int NODES = 3;
  private static final int USERS = 4;
  private static final int ACTS = 40;
  private static final int MAX_DEPTH = 2;
  private static final int MAX_CONFLICTS = 20;
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final Duration CONNECTION_LIVES = Duration.ofSeconds(45);
  private static final ServerConfig.Log CONFIG =
      new ServerConfig.Log(1, 16, 16, WentBack.NEW_EPOCH);

  private final Random random;
  private final Plant plant;
  private final SteppingClock clock = new SteppingClock();
  private final List<Conversation> conversations = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<ModelDraft> sent = new ArrayList<>();
  private final Map<Row.Key, Long> storedAt = new HashMap<>();
  private final Map<Row.Key, Known> byClientId = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  /** Counts the changes of the store. */
  private long tick;

  private int depth;

  FenceModel(long seed, Plant plant) {
    random = new Random(seed);
    this.plant = plant;
    for (int i = 1; i <= 2; i++) {
      conversations.add(new Conversation(ConversationId.group(new GroupId(i))));
    }
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node());
    }
  }

  /** A text of the model. */
  record ModelDraft(
      ConversationId conversation,
      UserId sender,
      ClientMessageId clientId,
      String text,
      long rightsAsOf)
      implements Draft {
    @Override
    public String senderName() {
      return "";
    }

    @Override
    public String epoch() {
      return "";
    }

    ModelDraft withRightsAsOf(long seq) {
      return new ModelDraft(conversation, sender, clientId, text, seq);
    }

    Row.Key key() {
      return new Row.Key(sender, clientId);
    }
  }

  /** Whether somebody was a member from a moment on. */
  private record Membership(long since, boolean member) {}

  /** The log of a conversation, and its state. */
  private static final class Conversation {
    final ConversationId id;

    /** All rows that were ever stored. */
    final List<Row> history = new ArrayList<>();

    /** How many of them were purged, the oldest first. */
    int purged;

    final Set<UserId> members = new HashSet<>();
    final Map<UserId, List<Membership>> memberships = new HashMap<>();

    Conversation(ConversationId id) {
      this.id = id;
      for (int user = 1; user <= USERS; user++) {
        members.add(new UserId(user));
        memberships.put(new UserId(user), new ArrayList<>(List.of(new Membership(0, true))));
      }
    }

    List<Membership> membershipsOf(UserId user) {
      return requireNonNull(memberships.get(user));
    }

    Head head() {
      return history.isEmpty() ? Head.NONE : history.getLast().head();
    }

    /** Whether the key rejects this place. */
    boolean isTaken(long seq) {
      return seq > purged && seq <= history.size();
    }
  }

  /** What a session knows of one conversation. */
  private record Belief(boolean member, long asOf) {}

  /** Runs the model, and tells what was wrong. */
  List<String> run() {
    for (int i = 0; i < ACTS && violations.isEmpty(); i++) {
      act();
    }
    conversations.forEach(this::check);
    return violations;
  }

  private void act() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4, 5, 6 -> node().write();
      case 7, 8, 9, 10 -> node().hear();
      case 11, 12 -> node().look();
      case 13 -> node().heads.forget(List.of(conversation().id));
      case 14 -> clock.step(step());
      default -> purge(conversation());
    }
  }

  private Duration step() {
    return switch (random.nextInt(4)) {
      case 0 -> Duration.ofMillis(random.nextInt(3000));
      case 1 -> Duration.ofMinutes(random.nextInt(70));
      case 2 -> Duration.ofHours(random.nextInt(30));
      default -> Duration.ofSeconds(-random.nextInt(10));
    };
  }

  private Node node() {
    return nodes.get(random.nextInt(NODES));
  }

  private Conversation conversation() {
    return conversations.get(random.nextInt(conversations.size()));
  }

  private Conversation conversation(ConversationId id) {
    return conversations.stream().filter(each -> each.id.equals(id)).findFirst().orElseThrow();
  }

  private boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }

  /** Lets others get on between two calls. */
  private void disturb() {
    if (depth < MAX_DEPTH && oneIn(4)) {
      depth++;
      act();
      depth--;
    }
  }

  /** Never the last entry, nor one of the last day. The ids of clients stay. */
  private void purge(Conversation conversation) {
    var oldest = clock.instant().minus(RETENTION);
    while (conversation.purged < conversation.history.size() - 1
        && time(conversation.history.get(conversation.purged)).isBefore(oldest)) {
      conversation.purged++;
    }
  }

  private static Instant time(Row row) {
    return StoredTime.read(row.micros());
  }

  /** Stores rows, all or none. */
  private void insert(List<Row> rows) {
    for (var row : rows) {
      var conversation = conversation(row.entry().conversation());
      var key = key(row);
      if (conversation.isTaken(row.entry().seq()) || (key != null && byClientId.containsKey(key))) {
        throw StorageFaults.duplicateKey();
      }
    }
    tick++;
    for (var row : rows) {
      var conversation = conversation(row.entry().conversation());
      if (row.entry().seq() != conversation.history.size() + 1) {
        violations.add("entry " + row + " behind " + conversation.history.size());
        throw StorageFaults.lostConnection();
      }
      conversation.history.add(row);
      var key = key(row);
      if (key != null) {
        storedAt.put(key, tick);
        byClientId.put(key, new Known((ChatMessage) row.entry(), row.head(), null));
      }
    }
  }

  private static Row.@Nullable Key key(Row row) {
    var clientId = row.clientId();
    return clientId == null ? null : new Row.Key(((ChatMessage) row.entry()).sender(), clientId);
  }

  /** Judges a log by itself. */
  private void check(Conversation conversation) {
    var members = new HashSet<UserId>();
    for (int user = 1; user <= USERS; user++) {
      members.add(new UserId(user));
    }
    long others = 0;
    long rights = 0;
    long micros = 0;
    for (var row : conversation.history) {
      switch (row.entry()) {
        case ChatMessage message -> {
          if (!members.contains(message.sender())) {
            violations.add("a text of " + message.sender() + ", who is no member: " + row);
          }
        }
        case MemberEntry change -> {
          others++;
          rights = change.seq();
          if (change.change() == Change.JOINED) {
            members.add(change.user());
          } else {
            members.remove(change.user());
          }
        }
        default -> throw new IllegalStateException("" + row);
      }
      if (row.others() != others || row.rights() != rights || row.micros() <= micros) {
        violations.add("expected others " + others + ", rights " + rights + ", later: " + row);
      }
      micros = row.micros();
    }
    if (!members.equals(conversation.members)) {
      violations.add("members " + conversation.members + ", by the log " + members);
    }
  }

  /** A node: a writer, and the sessions of all users. */
  private final class Node implements LogStore, LogListener<ModelDraft> {
    final Heads heads =
        plant == Plant.A_HEAD_IS_TRUSTED_FOR_EVER
            ? new Heads(clock, () -> 0, Duration.ofDays(10_000))
            : new Heads(clock, () -> 0);

    private final LogWriter<ModelDraft> writer =
        new LogWriter<>("model", this, heads, this, clock, new LogMeter(), CONFIG);

    /** What other nodes told, and was not heard yet. */
    private final List<Told> inbox = new ArrayList<>();

    private final Map<Sender, Belief> beliefs = new HashMap<>();
    private boolean writing;
    private long writingSince;

    private record Told(ConversationId conversation, Head head) {}

    /** Writes a few texts, old and new, and changes between them. */
    void write() {
      if (writing) {
        return;
      }
      writing = true;
      writingSince = tick;
      var items = new ArrayList<Item<ModelDraft>>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        switch (random.nextInt(8)) {
          case 0 -> items.add(new Item.Change<>(change()));
          case 1, 2 -> addRepeat(items);
          default -> addText(items);
        }
      }
      writer.write(items);
      writing = false;
    }

    private UserId user() {
      return new UserId(1 + random.nextInt(USERS));
    }

    private Belief belief(ConversationId conversation, UserId user) {
      return beliefs.getOrDefault(new Sender(conversation, user), new Belief(true, 0));
    }

    private void addText(List<Item<ModelDraft>> items) {
      var conversation = conversation().id;
      var user = user();
      var belief = belief(conversation, user);
      if (belief.member) {
        var id = "id-" + sent.size();
        var draft =
            new ModelDraft(
                conversation, user, new ClientMessageId(id), "text of " + id, belief.asOf);
        sent.add(draft);
        items.add(new Item.Text<>(draft));
      }
    }

    /** A client sends again what it does not know to be stored, though it may not any more. */
    private void addRepeat(List<Item<ModelDraft>> items) {
      if (!sent.isEmpty()) {
        var draft = sent.get(random.nextInt(sent.size()));
        var belief = belief(draft.conversation, draft.sender);
        items.add(new Item.Text<>(draft.withRightsAsOf(belief.member ? belief.asOf : -1)));
      }
    }

    private LogChange<Boolean> change() {
      var conversation = conversation();
      var user = user();
      var kind = random.nextBoolean() ? Change.JOINED : Change.REMOVED;
      return new LogChange<>(conversation.id, () -> change(conversation, user, kind));
    }

    private Changed<Boolean> change(Conversation conversation, UserId user, Change kind) {
      for (int conflicts = 0; ; conflicts++) {
        disturb();
        var head = conversation.head();
        disturb();
        if (conversation.members.contains(user) == (kind == Change.JOINED)) {
          return new Changed<>(false, null);
        }
        long seq = head.seq() + 1;
        long micros = head.next(StoredTime.of(clock.instant()));
        var entry =
            new MemberEntry(
                conversation.id, seq, kind, user, "", user, "", StoredTime.read(micros));
        var row = new Row(entry, null, head.others() + 1, seq);
        disturb();
        try {
          insert(List.of(row));
        } catch (StorageException e) {
          if (!e.isDuplicateKey() || conflicts == MAX_CONFLICTS) {
            throw e;
          }
          continue;
        }
        if (kind == Change.JOINED) {
          conversation.members.add(user);
        } else {
          conversation.members.remove(user);
        }
        conversation.membershipsOf(user).add(new Membership(tick, kind == Change.JOINED));
        if (oneIn(20)) {
          throw StorageFaults.lostConnection();
        }
        var told = row.head();
        if (plant == Plant.THE_REST_OF_A_BATCH_IS_JUDGED_BY_THE_OLD_STATE) {
          told = new Head(told.seq(), told.others(), told.micros(), head.rights());
        }
        return new Changed<>(true, new StoredEntry(entry, told));
      }
    }

    /** Hears something that another node told, in whatever order, twice maybe or never. */
    void hear() {
      if (inbox.isEmpty()) {
        return;
      }
      int which = random.nextInt(inbox.size());
      var told = oneIn(5) ? inbox.get(which) : inbox.remove(which);
      if (oneIn(5)) {
        return;
      }
      var known = heads.get(told.conversation);
      if (plant == Plant.HEADS_TAKE_THE_MAXIMUM && known != null && told.head.seq() > known.seq()) {
        var head = new Head(told.head.seq(), known.others(), told.head.micros(), known.rights());
        heads.committed(Map.of(told.conversation, head));
      } else {
        heads.heard(told.conversation, told.head);
      }
    }

    /** A session learns by its feed where its user stands. */
    void look() {
      var conversation = conversation();
      var user = user();
      beliefs.put(
          new Sender(conversation.id, user),
          new Belief(conversation.members.contains(user), conversation.head().seq()));
    }

    @Override
    public <T> T store(
        Set<ConversationId> locked, Function<Reads, T> numbering, Function<T, List<Row>> rows) {
      if (oneIn(30)) {
        throw StorageFaults.lostConnection();
      }
      var begun = clock.instant();
      var reads = new ModelReads(!locked.isEmpty());
      disturb();
      T numbered = numbering.apply(reads);
      disturb();
      if (clock.instant().isAfter(begun.plus(CONNECTION_LIVES))) {
        throw StorageFaults.lostConnection();
      }
      insert(rows.apply(numbered));
      if (oneIn(20)) {
        throw StorageFaults.lostConnection();
      }
      return numbered;
    }

    @Override
    public String epoch() {
      return "";
    }

    @Override
    public void renewEpoch(String old) {
      violations.add("the log did not go back");
    }

    private void tell(ConversationId conversation, Head head) {
      for (var node : nodes) {
        if (node != this) {
          node.inbox.add(new Told(conversation, head));
        }
      }
    }

    @Override
    public void committed(List<Committed<ModelDraft>> batch) {
      batch.forEach(each -> {
        checkStored(each);
        tell(each.message().conversation(), each.head());
      });
    }

    @Override
    public void repeated(List<Committed<ModelDraft>> drafts) {
      drafts.forEach(this::checkStored);
    }

    private void checkStored(Committed<ModelDraft> told) {
      var draft = told.draft();
      var stored = conversation(draft.conversation).history.get((int) told.message().seq() - 1);
      if (!draft.key().equals(key(stored))) {
        violations.add(draft + " was acknowledged as " + stored);
      }
    }

    @Override
    public void conflicting(List<ModelDraft> drafts) {
      violations.add("nothing conflicts: " + drafts);
    }

    @Override
    public void refused(List<ModelDraft> drafts) {
      for (var draft : drafts) {
        if (storedAt.getOrDefault(draft.key(), Long.MAX_VALUE) <= writingSince) {
          violations.add(draft + " was refused, and stored before");
        }
        var memberships = conversation(draft.conversation).membershipsOf(draft.sender);
        boolean wasMemberThroughout =
            memberships.getLast().member && memberships.getLast().since <= writingSince;
        if (wasMemberThroughout) {
          violations.add(draft + " was refused, though its sender is a member");
        }
      }
    }

    @Override
    public void changed(StoredEntry stored) {
      var entry = stored.entry();
      tell(
          entry.conversation(),
          conversation(entry.conversation()).history.get((int) entry.seq() - 1).head());
    }

    @Override
    public void failed(List<ModelDraft> batch, Throwable cause) {
      if (!(cause instanceof StorageException)) {
        throw new AssertionError(cause);
      }
    }

    /** Reads, between which others write. */
    private final class ModelReads implements Reads {
      private final boolean again;
      private final Map<ConversationId, Set<UserId>> membersBefore = new HashMap<>();

      ModelReads(boolean again) {
        this.again = again;
        conversations.forEach(each -> membersBefore.put(each.id, Set.copyOf(each.members)));
      }

      @Override
      public Map<ConversationId, Head> heads(Collection<ConversationId> asked) {
        disturb();
        var found = new HashMap<ConversationId, Head>();
        for (var id : asked) {
          var head = conversation(id).head();
          found.put(
              id,
              plant == Plant.A_COLD_HEAD_IS_NOT_JUDGED
                  ? new Head(head.seq(), head.others(), head.micros(), 0)
                  : head);
        }
        disturb();
        return found;
      }

      @Override
      public Map<Row.Key, Known> find(Collection<Row.Key> keys) {
        var found = new HashMap<Row.Key, Known>();
        for (var key : keys) {
          var known = byClientId.get(key);
          if (known != null && (again || plant != Plant.REFUSED_BEFORE_THE_ID_IS_LOOKED_UP)) {
            found.put(key, known);
          }
        }
        disturb();
        return found;
      }

      @Override
      public Set<Sender> members(Collection<Sender> senders) {
        var found = new HashSet<Sender>();
        for (var sender : senders) {
          var members =
              plant == Plant.RIGHTS_ARE_READ_BEFORE_THE_HEAD
                  ? requireNonNull(membersBefore.get(sender.conversation()))
                  : conversation(sender.conversation()).members;
          if (members.contains(sender.user())) {
            found.add(sender);
          }
        }
        disturb();
        return found;
      }
    }
  }
}
