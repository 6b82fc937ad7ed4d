package io.chatserver.bench.check;

import io.chatserver.protocol.Place;
import io.chatserver.protocol.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold of the places that devices are shown. */
final class PlaceRules {
  private final Evidence evidence;
  private final Joins joins;
  private final PlaceLadders ladders;
  private final Findings findings;
  private final Set<UserId> resuming = new HashSet<>();

  PlaceRules(Evidence evidence, Joins joins, PlaceLadders ladders, Findings findings) {
    this.evidence = evidence;
    this.joins = joins;
    this.ladders = ladders;
    this.findings = findings;
    for (var account : evidence.cast().accounts()) {
      if (account.resuming()) {
        resuming.add(account.id());
      }
    }
  }

  void apply() {
    for (int device = 0; device < evidence.histories().size(); device++) {
      apply(device);
    }
  }

  private void apply(int device) {
    var self = evidence.cast().userOf(device);
    var receipts = new HashMap<Joins.Key, Place>();
    long asked = 0;
    for (var event : evidence.histories().get(device).events()) {
      switch (event.kind()) {
        // It may be on another node, which is told of receipts by others in its own time.
        case LOGIN -> receipts.clear();
        case LISTS -> asked = event.at();
        case PLACE -> {
          checkHead(device, event, asked);
          checkNoStepBack(device, self, event, asked);
          checkReach(device, self, event);
        }
        case PEER_PLACE -> {
          var peer = new UserId((int) event.seq());
          checkNoStepBack(device, peer, event, asked);
          checkReach(device, peer, event);
        }
        case RECEIPT -> {
          checkReach(device, new UserId((int) event.seq()), event);
          checkReceipt(device, event, receipts);
        }
        default -> {}
      }
    }
  }

  private void checkHead(int device, Event place, long asked) {
    long known = ladders.headBefore(place.conversation(), asked);
    long last = evidence.log().of(place.conversation()).head();
    if (place.seq() < known || place.seq() > last) {
      add(device, place, "the head is not from " + known + " to " + last);
    }
    if (place.x() > place.seq()) {
      add(device, place, "received is above the head");
    }
  }

  /** What was shown before it was asked for is a lower bound. */
  private void checkNoStepBack(int device, UserId user, Event place, long asked) {
    var before = ladders.shown(user.value(), place.conversation());
    long received = before.received().before(asked);
    long read = before.read().before(asked);
    if (place.x() < received || place.y() < read) {
      add(device, place, "was shown at received " + received + ", read " + read + " before");
    }
  }

  private void checkReceipt(int device, Event receipt, Map<Joins.Key, Place> receipts) {
    var key = new Joins.Key((int) receipt.seq(), receipt.conversation());
    var before = receipts.put(key, new Place(receipt.x(), receipt.y()));
    if (before != null && (receipt.x() < before.received() || receipt.y() < before.read())) {
      add(device, receipt, "a receipt told of " + before + " before");
    }
  }

  private void checkReach(int device, UserId user, Event place) {
    long conversation = place.conversation();
    if (place.y() > place.x()) {
      add(device, place, "read is above received");
    }
    if (resuming.contains(user)) {
      var acknowledged = ladders.acknowledged(user.value(), conversation);
      long received = acknowledged.received().before(place.at());
      long read = acknowledged.read().before(place.at());
      long joined = joins.joined(user, conversation);
      long most = joined == Joins.UNKNOWN ? Long.MAX_VALUE : Math.max(joined, received);
      if (place.x() > most || place.y() > read) {
        add(device, place, "only received " + most + ", read " + read + " was acknowledged");
      }
    } else if (place.x() > evidence.log().of(conversation).head()) {
      add(device, place, "received is above the head");
    }
  }

  private void add(int device, Event event, String text) {
    findings.add(Invariant.PLACES_GROW, device, event, text);
  }
}
