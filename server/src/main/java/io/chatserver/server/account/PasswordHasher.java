package io.chatserver.server.account;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Rejected;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Hashes and checks passwords with Argon2id, a few at a time: each takes some ten milliseconds of a
 * processor and many megabytes, on purpose.
 *
 * <p>The default cost is what OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB, 2
 * passes.
 *
 * <p>Threads: any that may block.
 */
public final class PasswordHasher implements AutoCloseable {
  private static final int PARALLELISM = 1;
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final Argon2Function function;
  private final ThreadPoolExecutor hashExecutor;

  /** The hash of nobody's password: a login to no account takes as long as one to an account. */
  private final Future<String> decoy;

  public PasswordHasher(ServerConfig.Accounts config) {
    function =
        Argon2Function.getInstance(
            config.hashMemoryKib(), config.hashIterations(), PARALLELISM, HASH_BYTES, Argon2.ID);
    hashExecutor =
        new ThreadPoolExecutor(
            config.hashThreads(),
            config.hashThreads(),
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(config.hashQueue()),
            Thread.ofPlatform().name("password-hash-", 0).factory());
    decoy = hashExecutor.submit(() -> hashNow("nobody's"));
  }

  /**
   * Hashes a password with a salt of its own.
   *
   * @return the PHC form, {@code $argon2id$v=19$m=19456,t=2,p=1$…}
   * @throws Rejected with {@link ErrorCode#BUSY} if too many wait already
   */
  String hash(String password) {
    return run(() -> hashNow(password));
  }

  /**
   * Whether this is the password of that hash.
   *
   * @throws Rejected as above
   */
  boolean matches(String password, String hash) {
    return run(() -> Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash)));
  }

  /** Takes as long as {@link #matches} and says no. */
  void pretendToMatch(String password) {
    matches(password, get(decoy));
  }

  private String hashNow(String password) {
    return Password.hash(password).addRandomSalt(SALT_BYTES).with(function).getResult();
  }

  /** Does some work when its turn has come. */
  <T> T run(Callable<T> work) {
    try {
      return get(hashExecutor.submit(work));
    } catch (RejectedExecutionException _) {
      throw new Rejected(ErrorCode.BUSY, "many are logging in", RETRY_AFTER);
    }
  }

  private static <T> T get(Future<T> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot hash", e.getCause());
    } catch (CancellationException _) {
      throw new Rejected(ErrorCode.SHUTTING_DOWN);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Rejected(ErrorCode.SHUTTING_DOWN);
    }
  }

  @Override
  public void close() {
    // Whoever waits for one that was not begun is not left waiting.
    for (var waiting : hashExecutor.shutdownNow()) {
      if (waiting instanceof Future<?> hash) {
        hash.cancel(false);
      }
    }
  }
}
