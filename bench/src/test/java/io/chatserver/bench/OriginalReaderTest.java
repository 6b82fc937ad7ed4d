package io.chatserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.ChatMessage;
import io.chatserver.protocol.ConversationId;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.Frame;
import io.chatserver.protocol.FrameDecoder;
import io.chatserver.protocol.Group;
import io.chatserver.protocol.GroupId;
import io.chatserver.protocol.MessageType;
import io.chatserver.protocol.Push;
import io.chatserver.protocol.Reply;
import io.chatserver.protocol.UserId;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginalReaderTest {
  @Test
  void readsTheAnswersOfTheOriginal() {
    assertThat(read("{\"errno\":0,\"id\":7,\"msgid\":5}"))
        .containsExactly(
            new Frame.Response(null, MessageType.REGISTER, new Reply.Registered(new UserId(7))));
    assertThat(read("{\"errno\":1,\"msgid\":5}"))
        .containsExactly(
            new Frame.Response(
                null, MessageType.REGISTER, new Reply.Failed(ErrorCode.NAME_TAKEN, "")));
    assertThat(read("{\"errmsg\":\"no\",\"errno\":2,\"msgid\":2}"))
        .containsExactly(
            new Frame.Response(
                null, MessageType.LOGIN, new Reply.Failed(ErrorCode.ACCOUNT_IN_USE, "no")));
  }

  @Test
  void readsALoginWithItsNestedLists() {
    var group =
        "{\\\"groupdesc\\\":\\\"\\\",\\\"groupname\\\":\\\"g1\\\",\\\"id\\\":3,\\\"users\\\":[\\\"{}\\\"]}";
    var chat =
        "{\\\"groupid\\\":3,\\\"id\\\":2,\\\"msg\\\":\\\"hi\\\",\\\"msgid\\\":10,\\\"name\\\":\\\"bob\\\"}";
    var json =
        "{\"errno\":0,\"friends\":[\"{\\\"id\\\":2,\\\"name\\\":\\\"bob\\\"}\"],\"groups\":[\""
            + group
            + "\"],\"id\":1,\"msgid\":2,\"name\":\"alice\",\"offlinemsg\":[\""
            + chat
            + "\"]}";
    var groupId = new GroupId(3);
    var message =
        new ChatMessage(
            ConversationId.group(groupId), 0, new UserId(2), "bob", Instant.EPOCH, "hi");

    assertThat(read(json))
        .containsExactly(
            new Frame.Response(
                null,
                MessageType.LOGIN,
                new Reply.LoggedIn(
                    new UserId(1),
                    "alice",
                    List.of(),
                    List.of(new Group(groupId, "g1", "", 0, List.of())),
                    List.of(message))));
  }

  @Test
  void readsChatsThatAreGlued() {
    var chat =
        "{\"id\":1,\"msg\":\"a}{\\\"\",\"msgid\":6,\"name\":\"alice\",\"time\":\"\",\"toid\":2}";

    assertThat(read(chat + chat))
        .hasSize(2)
        .allSatisfy(frame -> {
          var message = ((Push.MessageReceived) ((Frame.Event) frame).push()).message();
          assertThat(message.text()).isEqualTo("a}{\"");
          assertThat(message.sender()).isEqualTo(new UserId(1));
          assertThat(message.to()).isEqualTo(new UserId(2));
          assertThat(message.seq()).isZero();
        });
  }

  @Test
  void tellsWhatItDoesNotUnderstand() {
    assertThat(read("{\"msgid\":99} {\"msgid\":\"6\"} {msgid} hello\n"))
        .hasSize(4)
        .hasOnlyElementsOfType(Frame.Malformed.class);
  }

  private static List<Object> read(String text) {
    var channel = new EmbeddedChannel(new FrameDecoder(new OriginalReader(), 65_536));
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    var frames = new ArrayList<>();
    for (Object frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      frames.add(frame);
    }
    assertThat(channel.finish()).isFalse();
    return frames;
  }
}
