package io.chatserver.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the bytes arrive, the same frames come out. */
final class FrameDecoderTest {
  /** What ends a message: a C++ client, one of ours, a person at telnet, a fork. */
  private static final String[] ENDS = {"\0", "\n", "\r\n", ""};

  private static final Frame PING = new Frame.Request(1L, new Command.Ping());
  private static final Frame BROKEN = new Frame.Malformed(null, null, ErrorCode.BAD_JSON, "");
  private static final String PING_JSON = "{\"msgid\":12,\"rid\":1}";

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\n", "\r\n", "", " \t\r\n \0"})
  void aStreamMayBeCutAtEveryByte(String end) {
    for (var command : Samples.commands()) {
      var request = new Frame.Request(1L, command);
      byte[] bytes = Wire.utf8(json(request) + end + PING_JSON + end);
      for (int cut = 0; cut <= bytes.length; cut++) {
        assertThat(Wire.decode(new RequestReader(), head(bytes, cut), tail(bytes, cut)))
            .as("%s, cut at %s", command, cut)
            .containsExactly(request, PING);
      }
      assertThat(Wire.decode(new RequestReader(), singleBytes(bytes)))
          .containsExactly(request, PING);
    }
  }

  @Test
  void everyPairMayBeGlued() {
    var requests = Samples.commands().stream().map(c -> new Frame.Request(1L, c)).toList();
    for (var end : ENDS) {
      for (var first : requests) {
        for (var second : requests) {
          assertThat(Wire.requests(json(first) + end + json(second) + end))
              .as("%s and %s by '%s'", first, second, end)
              .containsExactly(first, second);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", ""})
  void theOriginalsMessagesMayBeCutAtEveryByte(String end) {
    var text =
        "{\"msgid\":3,\"name\":\"alice\",\"password\":\"amber-wagon-41\"}"
            + end
            + "{\"id\":1,\"msg\":\"a \\\" { é 😀\",\"msgid\":5,\"name\":\"a\",\"toid\":2}"
            + end
            + "{\"id\":1,\"msgid\":10}"
            + end;
    byte[] bytes = Wire.utf8(text);

    for (int cut = 0; cut <= bytes.length; cut++) {
      var reader = new RequestReader();
      assertThat(Wire.decode(reader, head(bytes, cut), tail(bytes, cut)))
          .containsExactly(
              new Frame.Request(null, new Command.Register("alice", "amber-wagon-41")),
              new Frame.Request(null, new Command.SendDirect(new UserId(2), "a \" { é 😀")),
              new Frame.Request(null, new Command.Logout()));
      assertThat(reader.form()).isEqualTo(WireForm.legacy(Numbering.parse("b")));
    }
  }

  @Test
  void brokenInputMayBeCutAtEveryByte() {
    var text =
        "x{\"msgid\":12,\"rid\":1}]]\0{\"a\":\"b\0" + PING_JSON + "gar\nbage\n{{\n" + PING_JSON;
    byte[] bytes = Wire.utf8(text);
    var expected = List.of(BROKEN, PING, BROKEN, BROKEN, PING, BROKEN, BROKEN, BROKEN, PING);

    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(Wire.decode(new RequestReader(), head(bytes, cut), tail(bytes, cut)))
          .as("cut at %s", cut)
          .isEqualTo(expected);
    }
    assertThat(Wire.decode(new RequestReader(), singleBytes(bytes))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\n", "\r\n"})
  void halfAFrameDoesNotSwallowTheNext(String end) {
    for (int length = 1; length < PING_JSON.length(); length++) {
      assertThat(Wire.requests(PING_JSON.substring(0, length) + end + PING_JSON + end))
          .containsExactly(BROKEN, PING);
    }
    assertThat(Wire.requests("{\"msgid\":6,\"msg\":\"an open \\" + end + PING_JSON))
        .containsExactly(BROKEN, PING);
  }

  /** As jsoncpp, Qt and nlohmann's dump(4) print unless they are told otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {"\0", "\n", "\r\n", ""})
  void linesMayEndBetweenTokens(String end) {
    var jsoncpp =
        "{\n\t\"x\" : \n\t[\n\t\t{},\n\t\t{\n\t\t\t\"y\" : \n\t\t\t{}\n\t\t}\n\t],\n\t\"msgid\" : 12,"
            + "\n\t\"rid\" : 1\n}";
    var qt = "{\r\n    \"msgid\": 12,\r\n    \"rid\": 1\r\n}";
    var oneTokenALine = "{\n\"msgid\"\n:\n12\n,\n\"a\"\n:\n[\n1\n,\nnull\n]\n,\n\"rid\"\n:\n1\n}";
    byte[] bytes = Wire.utf8(jsoncpp + end + qt + end + oneTokenALine + end + PING_JSON + end);

    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(Wire.decode(new RequestReader(), head(bytes, cut), tail(bytes, cut)))
          .as("cut at %s", cut)
          .containsExactly(PING, PING, PING, PING);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"msgid\":12,\n",
        "{\"msgid\":12\n\n",
        "{\"msgid\":\n",
        "{\"a\":[\n]\n",
        "{\n\"a\"\n",
        "{\"a\":{\n",
        "{\"a\":{}\n \n"
      })
  void anObjectThatCannotGoOnEndsAtItsLine(String broken) {
    assertThat(Wire.requests(broken + PING_JSON + "\n" + PING_JSON))
        .containsExactly(BROKEN, PING, PING);
  }

  @Test
  void halfAFrameAtTheEndOfTheConnectionIsDropped() {
    assertThat(Wire.requests(PING_JSON + "\n{\"msgid\":12")).containsExactly(PING);
  }

  @Test
  void aRunOfGarbageIsOneError() {
    assertThat(Wire.requests("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + PING_JSON))
        .containsExactly(BROKEN, BROKEN, PING);
    assertThat(Wire.requests("garbage" + PING_JSON + "}}}" + PING_JSON))
        .containsExactly(BROKEN, PING, BROKEN, PING);
    assertThat(Wire.requests("garbage without an end")).isEmpty();
  }

  @Test
  void garbageWithALineEndIsAnsweredAsAPersonIs() {
    for (var text : List.of("garbage\n", "{\"half\r\n", "{not json}\n")) {
      var reader = new RequestReader();
      assertThat(Wire.decode(reader, Wire.utf8(text))).containsExactly(BROKEN);
      assertThat(reader.form()).isEqualTo(WireForm.MODERN);
    }
    var reader = new RequestReader();
    assertThat(Wire.decode(reader, Wire.utf8("garbage\0"))).containsExactly(BROKEN);
    assertThat(reader.form()).isEqualTo(WireForm.legacy(Numbering.USUAL));
  }

  @Test
  void aNewlineThatComesLaterStillShowsTheForm() {
    var reader = new RequestReader();

    Wire.decode(reader, Wire.utf8("{\"msgid\":12}"), Wire.utf8(" "), Wire.utf8("\r\n"));

    assertThat(reader.form()).isEqualTo(WireForm.MODERN);
  }

  @Test
  void takesAFrameOfExactlyTheLimit() {
    var frame = padded(Wire.MAX_FRAME);

    assertThat(Wire.requests(frame + frame + "\n" + frame)).containsExactly(PING, PING, PING);
  }

  @Test
  void endsAtAFrameOverTheLimit() {
    byte[] tooLong = Wire.utf8(PING_JSON + "\n" + padded(Wire.MAX_FRAME + 1) + PING_JSON);
    for (var segments : List.of(new byte[][] {tooLong}, chunks(tooLong, 1000))) {
      assertEndsAfterOnePing(segments);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":\"", "x", "{", "[", "{\"a\":"})
  void endsAtWhatNeverEnds(String unit) {
    byte[] endless = Wire.utf8(PING_JSON + "\n" + unit.repeat(2 * Wire.MAX_FRAME));

    assertEndsAfterOnePing(chunks(endless, 1448));
  }

  private static void assertEndsAfterOnePing(byte[][] segments) {
    var channel = new EmbeddedChannel(new FrameDecoder(new RequestReader(), Wire.MAX_FRAME));
    assertThatThrownBy(
            () -> {
              for (byte[] segment : segments) {
                channel.writeInbound(Unpooled.wrappedBuffer(segment));
              }
            })
        .isExactlyInstanceOf(TooLongFrameException.class);

    channel.writeInbound(Unpooled.wrappedBuffer(Wire.utf8("\n" + PING_JSON + "\n")));
    assertThat(Wire.drain(channel)).containsExactly(PING);
  }

  private static String padded(int length) {
    var start = "{\"msgid\":12,\"rid\":1,\"pad\":\"";
    return start + "x".repeat(length - start.length() - 2) + "\"}";
  }

  private static String json(Frame.Request request) {
    return new String(Wire.write(request), UTF_8).strip();
  }

  private static byte[] head(byte[] bytes, int cut) {
    return Arrays.copyOf(bytes, cut);
  }

  private static byte[] tail(byte[] bytes, int cut) {
    return Arrays.copyOfRange(bytes, cut, bytes.length);
  }

  private static byte[][] singleBytes(byte[] bytes) {
    return chunks(bytes, 1);
  }

  private static byte[][] chunks(byte[] bytes, int size) {
    var chunks = new ArrayList<byte[]>();
    for (int from = 0; from < bytes.length; from += size) {
      chunks.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
    }
    return chunks.toArray(byte[][]::new);
  }
}
