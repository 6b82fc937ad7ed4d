package io.chatserver.client.net;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.Push;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a connection said. */
final class RecordingListener implements ConnectionListener {
  final List<Push> pushes = new CopyOnWriteArrayList<>();
  final List<ConnectionState> states = new CopyOnWriteArrayList<>();

  @Override
  public void pushed(Push push) {
    pushes.add(push);
  }

  @Override
  public void stateChanged(ConnectionState state) {
    states.add(state);
  }

  List<String> texts() {
    return pushes.stream()
        .filter(Push.MessageReceived.class::isInstance)
        .map(push -> ((Push.MessageReceived) push).message())
        .map(ChatMessage::text)
        .toList();
  }

  long count(Class<? extends ConnectionState> kind) {
    return states.stream().filter(kind::isInstance).count();
  }

  <S extends ConnectionState> S last(Class<S> kind) {
    return states.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
  }
}
