package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatserver.protocol.Command;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.UserId;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OriginalWireTest {
  private static final Account ALICE = new Account(new UserId(1), "alice", "pwA");
  private final OriginalWire wire = new OriginalWire();

  @Test
  void writesWhatTheOriginalsClientWrites() {
    assertThat(write(new Command.Register("alice", "pwA")))
        .isEqualTo("{\"msgid\":4,\"name\":\"alice\",\"password\":\"pwA\"}\0");
    assertThat(write(wire.login(ALICE))).isEqualTo("{\"id\":1,\"msgid\":1,\"password\":\"pwA\"}\0");
    assertThat(write(new Command.SendDirect(new UserId(2), "hi")))
        .matches(
            "\\{\"id\":1,\"msg\":\"hi\",\"msgid\":6,\"name\":\"alice\","
                + "\"time\":\"\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\",\"toid\":2}\0");
  }

  @Test
  void writesWhatTheOriginalsClientWritesOfGroups() {
    assertThat(write(new Command.CreateGroup("g1", "first group")))
        .isEqualTo("{\"groupdesc\":\"first group\",\"groupname\":\"g1\",\"id\":1,\"msgid\":8}\0");
    assertThat(write(new Command.JoinGroup(new GroupId(7))))
        .isEqualTo("{\"groupid\":7,\"id\":1,\"msgid\":9}\0");
    assertThat(write(new Command.SendGroup(new GroupId(7), "hi")))
        .startsWith(
            "{\"groupid\":7,\"id\":1,\"msg\":\"hi\",\"msgid\":10,\"name\":\"alice\",\"time\":");
    assertThat(write(new Command.Logout())).isEqualTo("{\"id\":1,\"msgid\":3}\0");
  }

  @Test
  void doesNotKnowWhatIsNew() {
    assertThatThrownBy(() -> write(new Command.Ping()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cannotLogInByName() {
    assertThatThrownBy(() -> wire.login(new Account(null, "bob", "pwB")))
        .isInstanceOf(BenchFailed.class)
        .hasMessageContaining("bob");
  }

  private String write(Command command) {
    var buffer = wire.write(1, ALICE, command, UnpooledByteBufAllocator.DEFAULT);
    try {
      return buffer.toString(StandardCharsets.UTF_8);
    } finally {
      buffer.release();
    }
  }
}
