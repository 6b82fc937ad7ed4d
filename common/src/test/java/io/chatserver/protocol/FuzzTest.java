package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that nobody meant: nothing breaks, nothing hangs, and what follows is understood. */
final class FuzzTest {
  private static final int ROUNDS = 2000;
  private static final int SMALL_LIMIT = 256;
  private static final byte[] SPICE =
      "{}[]\"\\:,\0\n\r \t0123456789-+.eE{\"msgid\":6,\"rid\":1}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PING = Wire.utf8("\n{\"msgid\":12,\"rid\":77}\n");
  private static final Frame PINGED = new Frame.Request(77L, new Command.Ping());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomBytes(long seed) {
    var random = new Random(seed);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            for (int i = 0; i < bytes.length; i++) {
              boolean spicy = random.nextInt(4) != 0;
              bytes[i] = spicy ? SPICE[random.nextInt(SPICE.length)] : (byte) random.nextInt(256);
            }
            survives(bytes, random);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7, 8})
  void damagedMessages(long seed) {
    var random = new Random(seed);
    var commands = Samples.commands();
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            var command = commands.get(random.nextInt(commands.size()));
            byte[] bytes = Wire.write(new Frame.Request(random.nextLong(), command));
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
              bytes[random.nextInt(bytes.length)] =
                  random.nextBoolean()
                      ? SPICE[random.nextInt(SPICE.length)]
                      : (byte) random.nextInt(256);
            }
            survives(bytes, random);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10})
  void damagedAnswers(long seed) {
    var random = new Random(seed);
    var responses = Samples.responses();
    for (int round = 0; round < ROUNDS; round++) {
      var response = responses.get(random.nextInt(responses.size()));
      byte[] bytes = Wire.write(response, WireForm.MODERN).getFirst();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bytes[random.nextInt(bytes.length)] = SPICE[random.nextInt(SPICE.length)];
      }
      var frames = Wire.decode(new ResponseReader(), bytes, Wire.utf8("\n{\"msgid\":14}\n"));
      assertThat(frames.getLast()).isInstanceOf(Frame.Event.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void nothingButTheLimitEndsAConnection(long seed) {
    var random = new Random(seed);
    int ended = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[1000];
      for (int i = 0; i < bytes.length; i++) {
        byte b = SPICE[random.nextInt(SPICE.length)];
        bytes[i] = b == 0 || b == '\n' ? (byte) '{' : b;
      }
      var channel = new EmbeddedChannel(new FrameDecoder(new RequestReader(), SMALL_LIMIT));
      try {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
      } catch (TooLongFrameException _) {
        ended++;
      }
      channel.finishAndReleaseAll();
    }
    assertThat(ended).isPositive();
  }

  private static void survives(byte[] bytes, Random random) {
    int cut = random.nextInt(bytes.length + 1);
    byte[] head = Arrays.copyOf(bytes, cut);
    byte[] tail = Arrays.copyOfRange(bytes, cut, bytes.length);

    var frames = Wire.decode(new RequestReader(), head, tail, PING);

    assertThat(frames).as(() -> HexFormat.of().formatHex(bytes)).endsWith(PINGED);
  }
}
