package io.chatserver.server.message;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.server.config.ServerConfig.WentBack;
import io.chatserver.server.fault.CountedLog;
import io.chatserver.server.message.LogStore.Reads;
import io.chatserver.server.message.LogStore.Sender;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.StoredTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores batches of texts. It gives each text a place, recognizes repeats, and refuses texts of
 * users without the right to write.
 *
 * <p>The log fences rights. A writer that stores entry n has read all entries before it, because
 * the key {@code (conversation, seq)} rejects a place that is taken; then the writer reads and
 * judges everything again. The head of a conversation names the last entry that changed rights. If
 * the sender's rights were read at that entry or later, the text is stored. Otherwise the writer
 * reads the rights, after the head.
 *
 * <p>Threads: one.
 */
final class BatchWriter<D extends Draft> {
  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

  /**
   * Each conflict means that another node got on; so many in a row mean that something is wrong.
   */
  private static final int MAX_CONFLICTS = 20;

  private static final Comparator<Row> BY_CONVERSATION =
      Comparator.comparingLong(row -> row.entry().conversation().value());

  private final CountedLog wentBackLog = new CountedLog(log::error);
  private final LogStore store;
  private final Heads heads;
  private final Clock clock;
  private final LogMeter meter;
  private final WentBack policy;

  BatchWriter(LogStore store, Heads heads, Clock clock, LogMeter meter, WentBack policy) {
    this.store = store;
    this.heads = heads;
    this.clock = clock;
    this.meter = meter;
    this.policy = policy;
  }

  /** The result for each draft of a batch, and the new heads of the conversations. */
  record Numbered<D extends Draft>(
      Map<ConversationId, Head> heads,
      List<Committed<D>> committed,
      List<Committed<D>> repeated,
      List<D> conflicting,
      List<D> refused) {
    Numbered(int size) {
      this(
          new HashMap<>(),
          new ArrayList<>(size),
          new ArrayList<>(0),
          new ArrayList<>(0),
          new ArrayList<>(0));
    }

    private List<Row> rows() {
      return committed.stream()
          .map(each -> row(each.draft(), each.message(), each.head()))
          .sorted(BY_CONVERSATION)
          .toList();
    }

    private static Row row(Draft draft, ChatMessage message, Head head) {
      return new Row(message, draft.clientId(), head.others(), head.rights());
    }
  }

  /**
   * Stores a batch.
   *
   * @throws StorageException if it failed, as a duplicate key if others were quicker again and
   *     again; otherwise it is unknown whether the batch is stored
   * @throws LogWentBack if the log went back, and the setting says to refuse
   */
  Numbered<D> store(List<D> batch) {
    int wentBack = 0;
    var epoch = store.epoch();
    for (int conflicts = 0; ; conflicts++) {
      boolean again = conflicts > 0;
      try {
        var numbered =
            store.store(
                again ? conversations(batch) : Set.of(),
                reads -> number(batch, reads, again),
                Numbered::rows);
        heads.committed(numbered.heads);
        return numbered;
      } catch (StorageException e) {
        heads.forget(conversations(batch));
        if (!e.isDuplicateKey() || conflicts == MAX_CONFLICTS) {
          throw e;
        }
      } catch (LogWentBack e) {
        // The first time it is read again: the one that was read may not be the newest.
        wentBack++;
        if (wentBack == 2) {
          wentBack(e, epoch);
        } else if (wentBack > 2) {
          throw e;
        }
      }
    }
  }

  /**
   * Notes that the log went back, and begins a new epoch.
   *
   * @param epoch the epoch in which that was found
   * @throws LogWentBack if the setting says to refuse; then there is no new epoch
   */
  void wentBack(LogWentBack found, String epoch) {
    meter.wentBack();
    wentBackLog.add(found::getMessage);
    if (policy == WentBack.REFUSE) {
      throw found;
    }
    store.renewEpoch(epoch);
  }

  /**
   * Gives the drafts of a batch their places.
   *
   * @param again whether the first try met a key that was taken
   */
  private Numbered<D> number(List<D> batch, Reads reads, boolean again) {
    // Once: another thread may notice a new epoch meanwhile.
    var epoch = store.epoch();
    var before = heads(batch, reads, again);
    var unsure = unsure(batch, epoch, before);
    var said =
        again || !unsure.isEmpty()
            ? reads.find(keys(again ? batch : unsure))
            : new HashMap<Row.Key, Known>(0);
    var members = unsure.isEmpty() ? Set.<Sender>of() : reads.members(senders(unsure, said));

    long now = StoredTime.of(clock.instant());
    var numbered = new Numbered<D>(batch.size());
    for (var draft : batch) {
      var key = key(draft);
      var known = key == null ? null : said.get(key);
      if (known == null) {
        if (isSure(draft, epoch, before) || members.contains(sender(draft))) {
          var committed = next(draft, now, numbered.heads, before);
          numbered.committed.add(committed);
          if (key != null) {
            said.put(key, new Known(committed.message(), committed.head(), null));
          }
        } else {
          numbered.refused.add(draft);
        }
      } else if (known.isRepeatedBy(draft)) {
        numbered.repeated.add(new Committed<>(draft, known.message(), known.head()));
      } else {
        numbered.conflicting.add(draft);
      }
    }
    return numbered;
  }

  /** The heads that are known, if they may be used; the others are read. */
  private Map<ConversationId, Head> heads(List<D> batch, Reads reads, boolean again) {
    var found = new HashMap<ConversationId, Head>();
    var unknown = new HashSet<ConversationId>(0);
    for (var draft : batch) {
      var conversation = draft.conversation();
      if (!found.containsKey(conversation)) {
        var head = again ? null : heads.get(conversation);
        if (head == null) {
          unknown.add(conversation);
        } else {
          found.put(conversation, head);
        }
      }
    }
    if (!unknown.isEmpty()) {
      found.putAll(reads.heads(unknown));
      for (var conversation : unknown) {
        long last = found.getOrDefault(conversation, Head.NONE).seq();
        long own = heads.lastOwn(conversation);
        if (last < own) {
          throw new LogWentBack(conversation, last, own);
        }
      }
    }
    return found;
  }

  /** Those whose senders' rights may have changed since they were read. */
  private List<D> unsure(List<D> batch, String epoch, Map<ConversationId, Head> before) {
    var unsure = new ArrayList<D>(0);
    for (var draft : batch) {
      if (!isSure(draft, epoch, before)) {
        unsure.add(draft);
      }
    }
    return unsure;
  }

  /** Two people may always write to each other. */
  private static boolean isSure(Draft draft, String epoch, Map<ConversationId, Head> before) {
    var conversation = draft.conversation();
    return conversation.isDirect()
        || (draft.epoch().equals(epoch)
            && draft.rightsAsOf() >= before.getOrDefault(conversation, Head.NONE).rights());
  }

  /** The senders of those that were not said before. */
  private static Set<Sender> senders(List<? extends Draft> drafts, Map<Row.Key, Known> said) {
    return drafts.stream()
        .filter(draft -> key(draft) == null || !said.containsKey(key(draft)))
        .map(BatchWriter::sender)
        .collect(Collectors.toSet());
  }

  private static Sender sender(Draft draft) {
    return new Sender(draft.conversation(), draft.sender());
  }

  private static Set<ConversationId> conversations(List<? extends Draft> batch) {
    return batch.stream().map(Draft::conversation).collect(Collectors.toSet());
  }

  private static Collection<Row.Key> keys(List<? extends Draft> batch) {
    var keys = new ArrayList<Row.Key>(batch.size());
    for (var draft : batch) {
      var key = key(draft);
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static Row.@Nullable Key key(Draft draft) {
    var clientId = draft.clientId();
    return clientId == null ? null : new Row.Key(draft.sender(), clientId);
  }

  private static <D extends Draft> Committed<D> next(
      D draft, long now, Map<ConversationId, Head> newHeads, Map<ConversationId, Head> before) {
    var conversation = draft.conversation();
    var last = newHeads.getOrDefault(conversation, before.getOrDefault(conversation, Head.NONE));
    var head = new Head(last.seq() + 1, last.others(), last.next(now), last.rights());
    newHeads.put(conversation, head);
    var message =
        new ChatMessage(
            conversation,
            head.seq(),
            draft.sender(),
            draft.senderName(),
            StoredTime.read(head.micros()),
            draft.text());
    return new Committed<>(draft, message, head);
  }
}
