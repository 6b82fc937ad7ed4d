package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one side of ours writes, the other understands as it was meant. */
final class RoundTripTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        Command.class,
        Command.Credentials.class,
        Command.Identity.class,
        Reply.class,
        Push.class
      })
  void hasASampleOfEverything(Class<?> sealed) {
    Collection<?> samples =
        Stream.of(
                Samples.commands(),
                credentials(),
                credentials().stream()
                    .filter(Command.Credentials.Password.class::isInstance)
                    .map(password -> ((Command.Credentials.Password) password).who())
                    .toList(),
                Samples.responses().stream().map(Frame.Response::reply).toList(),
                Samples.pushes())
            .flatMap(List::stream)
            .toList();

    for (var kind : sealed.getPermittedSubclasses()) {
      assertThat(samples).as("a sample of %s", kind).anyMatch(kind::isInstance);
    }
  }

  private static List<Command.Credentials> credentials() {
    return Samples.commands().stream()
        .filter(Command.Login.class::isInstance)
        .map(login -> ((Command.Login) login).credentials())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commandsWithAndWithoutRid")
  void aCommandIsUnderstoodByTheServer(@Nullable Long rid, Command command) {
    var request = new Frame.Request(rid, command);
    var reader = new RequestReader();

    var understood = Wire.decode(reader, Wire.write(request));

    assertThat(understood).containsExactly(request);
    assertThat(reader.form()).isEqualTo(WireForm.MODERN);
  }

  static Stream<Arguments> commandsWithAndWithoutRid() {
    return Samples.commands().stream()
        .flatMap(command ->
            Stream.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, null)
                .map(rid -> Arguments.of(rid, command)));
  }

  @ParameterizedTest
  @MethodSource("io.chatserver.protocol.Samples#responses")
  void aResponseIsUnderstoodByTheClient(Frame.Response response) {
    var understood = Wire.decode(new ResponseReader(), written(response));

    assertThat(understood).containsExactly(asSeenByClient(response));
  }

  @ParameterizedTest
  @MethodSource("io.chatserver.protocol.Samples#pushes")
  void aPushIsUnderstoodByTheClient(Push push) {
    var event = new Frame.Event(push);

    assertThat(Wire.decode(new ResponseReader(), written(event))).containsExactly(event);
  }

  @Test
  void everyErrorAndReasonIsUnderstoodByTheClient() {
    for (var code : ErrorCode.values()) {
      for (var detail : List.of("", "a detail")) {
        var failed = new Reply.Failed(code, detail);
        var response = new Frame.Response(1L, MessageType.LOGOUT, failed);
        assertThat(Wire.decode(new ResponseReader(), written(response)))
            .containsExactly(asSeenByClient(response));
      }
    }
    for (var reason : DisconnectReason.values()) {
      var event = new Frame.Event(new Push.Closing(reason));
      assertThat(Wire.decode(new ResponseReader(), written(event))).containsExactly(event);
    }
  }

  @Test
  void everythingTogetherIsUnderstoodInOrder() {
    var said =
        Stream.concat(Samples.responses().stream(), Samples.pushes().stream().map(Frame.Event::new))
            .toList();
    var bytes = new ByteArrayOutputStream();
    said.forEach(frame -> bytes.writeBytes(written(frame)));

    assertThat(Wire.decode(new ResponseReader(), bytes.toByteArray()))
        .containsExactlyElementsOf(said.stream().map(RoundTripTest::asSeenByClient).toList());
  }

  @Test
  void aRequestOfATypeHasOneReplyType() {
    var requests = Samples.commands().stream().map(Command::type).distinct().toList();
    var spoken =
        List.of(
            MessageType.LOGIN_ACK,
            MessageType.REGISTER_ACK,
            MessageType.REPLY,
            MessageType.PONG,
            MessageType.CLOSING,
            MessageType.RECEIPT,
            MessageType.PAGE,
            MessageType.ENTRY);

    assertThat(Stream.concat(requests.stream(), spoken.stream()))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(MessageType.values()));
  }

  private static byte[] written(Frame frame) {
    var pieces = Wire.write(frame, WireForm.MODERN);
    assertThat(pieces).hasSize(1);
    return pieces.getFirst();
  }

  /** A client tells by the rid what was asked; only some replies say it themselves. */
  private static Frame asSeenByClient(Frame frame) {
    if (!(frame instanceof Frame.Response(var rid, var request, var reply))) {
      return frame;
    }
    boolean told =
        request == MessageType.LOGIN
            || request == MessageType.REGISTER
            || request == MessageType.PING;
    return new Frame.Response(rid, told ? request : null, reply);
  }
}
