package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.ErrorCode;
import io.chatserver.protocol.UserId;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.config.ServerConfig.Registration;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.RecordedLog;
import io.chatserver.server.storage.TestDatabase;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountServiceTest {
  /** One hash at a time, and one that may wait. */
  private static final ServerConfig.Accounts ONE_AND_ONE =
      new ServerConfig.Accounts(1, 1, 1, 8, 1, Registration.OPEN, 1);

  private static final Identity NOBODY = new Identity.ById(new UserId(Integer.MAX_VALUE));
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00.123456Z"), ZoneOffset.UTC);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.sqlite();

  @AutoClose private final PasswordHasher hasher = new PasswordHasher(PasswordHasherTest.CHEAP);
  private final AccountStore store = new AccountStore(DATABASE.database());
  private final AccountService accounts = service(hasher, 4);

  private AccountService service(PasswordHasher with, int minPasswordLength) {
    var changes = new AccountChangeStore(DATABASE.database());
    return new AccountService(store, changes, with, rules(minPasswordLength), CLOCK);
  }

  private static AccountRules rules(int minPasswordLength) {
    return new AccountRules(
        new ServerConfig.Accounts(minPasswordLength, 1, 1, 8, 1, Registration.OPEN, 1));
  }

  @Test
  void knowsWhoRegistered() {
    var id = accounts.register(PasswordHasher.ownPlace(), "ann", "secret", false);

    var ann = new Account(id, "ann");
    assertThat(
            accounts
                .authenticate(PasswordHasher.ownPlace(), new Identity.ById(id), "secret")
                .account())
        .isEqualTo(ann);
    assertThat(
            accounts
                .authenticate(PasswordHasher.ownPlace(), new Identity.ByName("ann"), "secret")
                .account())
        .isEqualTo(ann);
    assertThat(accounts.find(id)).contains(ann);
    assertThat(DATABASE.number("SELECT created_at FROM account WHERE id = " + id))
        .isEqualTo(1_795_262_400_123_456L);
  }

  @Test
  void storesNoPassword() {
    var id = accounts.register(PasswordHasher.ownPlace(), "bea", "plain-text", false);

    assertThat(store.credentials(id).orElseThrow().passwordHash()).startsWith("$argon2id$");
    assertThat(
            DATABASE.number(
                "SELECT COUNT(*) FROM account WHERE password_hash LIKE '%plain%' OR name LIKE '%plain%'"))
        .isZero();
  }

  @Test
  void doesNotSayWhetherNameOrPasswordIsWrong() {
    var id = accounts.register(PasswordHasher.ownPlace(), "cyd", "secret", false);

    var refusals =
        List.of(
            refusal(() ->
                accounts.authenticate(PasswordHasher.ownPlace(), new Identity.ById(id), "Secret")),
            refusal(() ->
                accounts.authenticate(PasswordHasher.ownPlace(), new Identity.ByName("cyd"), "")),
            refusal(() ->
                accounts.authenticate(
                    PasswordHasher.ownPlace(), new Identity.ByName("cyd "), "secret")),
            refusal(() ->
                accounts.authenticate(
                    PasswordHasher.ownPlace(), new Identity.ByName("CYD"), "secret")),
            refusal(() ->
                accounts.authenticate(
                    PasswordHasher.ownPlace(), new Identity.ByName("' OR '1'='1"), "secret")),
            refusal(() -> accounts.authenticate(PasswordHasher.ownPlace(), NOBODY, "nobody's")));

    assertThat(refusals)
        .extracting(Rejected::reply)
        .containsOnly(new Rejected(ErrorCode.INVALID_CREDENTIALS).reply());
  }

  @Test
  void logsAFailedLoginWithAddressAndAccountButNoName() {
    var id = accounts.register(PasswordHasher.ownPlace(), "kim", "secret", false);
    var applicant = new Applicant(InetAddress.ofLiteral("192.0.2.1"));
    var place = new HashPlace(HashKind.LOGIN, applicant, applicant);
    try (var log = new RecordedLog(AccountService.class, Level.INFO)) {
      refusal(() -> accounts.authenticate(place, new Identity.ById(id), "wrong"));
      refusal(() -> accounts.authenticate(place, new Identity.ByName("password"), "wrong"));

      assertThat(log.lines().getFirst())
          .isEqualTo("login to account " + id + " from 192.0.2.1 failed: wrong password");
      assertThat(log.lines()).noneMatch(line -> line.contains("to password"));
    }
  }

  @Test
  void refusesANameThatIsTaken() {
    accounts.register(PasswordHasher.ownPlace(), "dan", "secret", false);

    assertThat(
            refusal(() -> accounts.register(PasswordHasher.ownPlace(), "dan", "other", false))
                .reply()
                .code())
        .isEqualTo(ErrorCode.NAME_TAKEN);
  }

  @Test
  void givesANameToOneOfManyWhoWantItAtOnce() throws Exception {
    try (var executor = Executors.newFixedThreadPool(8)) {
      var codes = new ArrayList<String>();
      for (var result :
          executor.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<String>>mapToObj(_ ->
                      () ->
                          outcome(() ->
                              accounts.register(PasswordHasher.ownPlace(), "eve", "secret", false)))
                  .toList())) {
        codes.add(result.get());
      }

      assertThat(codes).containsOnly("done", "NAME_TAKEN").containsOnlyOnce("done");
    }
  }

  @Test
  void refusesANameThatCannotBeShown() {
    assertThat(
            refusal(() -> accounts.register(PasswordHasher.ownPlace(), "a\nb", "secret", false))
                .reply()
                .code())
        .isEqualTo(ErrorCode.NAME_INVALID);
  }

  @Test
  void refusesPasswordsThatAreTooShortOrTooLong() {
    for (var password : new String[] {"", "abc", "😀😀😀", "x".repeat(1025), "ß".repeat(513)}) {
      assertThat(
              refusal(() -> accounts.register(PasswordHasher.ownPlace(), "fay", password, false))
                  .reply()
                  .code())
          .isEqualTo(ErrorCode.PASSWORD_INVALID);
    }
    assertThat(
            refusal(() -> accounts.register(PasswordHasher.ownPlace(), "fay", "abc", false))
                .reply()
                .detail())
        .isEqualTo("at least 4 characters");

    accounts.register(PasswordHasher.ownPlace(), "fay", "x".repeat(1024), false);
    accounts.register(PasswordHasher.ownPlace(), "gil", "😀😀😀😀", false);
  }

  /** Strangers who try many times shall neither wait for ever nor keep others from it. */
  @Test
  void saysThatItIsBusyWhereTooManyWait() throws Exception {
    var known =
        new Identity.ById(accounts.register(PasswordHasher.ownPlace(), "hal", "secret", false));
    var slow = new PasswordHasher(ONE_AND_ONE);
    var busy = service(slow, 1);
    slow.pretendToMatch(PasswordHasher.ownPlace(), "what it prepares at its start is done");
    var end = new CountDownLatch(1);
    var running = new CountDownLatch(1);
    var one =
        Thread.ofPlatform()
            .start(
                () -> outcome(() -> slow.run(PasswordHasher.ownPlace(), () -> hold(running, end))));
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    var ends = new ConcurrentLinkedQueue<String>();
    var two = Thread.ofPlatform().start(() -> ends.add(outcome(() -> slow.hash("x"))));
    await().until(() -> isIn(two, "awaitDone"));

    // Accounts that do not exist, too: they cost a hash.
    for (var who : List.of(known, NOBODY)) {
      var refused = refusal(() -> busy.authenticate(PasswordHasher.ownPlace(), who, "secret"));
      assertThat(refused.reply().code()).isEqualTo(ErrorCode.BUSY);
      assertThat(refused.reply().retryAfter()).isPositive();
    }
    assertThat(
            refusal(() -> busy.register(PasswordHasher.ownPlace(), "ida", "secret", false))
                .reply()
                .code())
        .isEqualTo(ErrorCode.BUSY);

    slow.close();
    end.countDown();
    assertThat(one.join(Duration.ofSeconds(20))).isTrue();
    assertThat(two.join(Duration.ofSeconds(20))).isTrue();
    assertThat(ends).containsExactly("SHUTTING_DOWN");
    assertThat(accounts.register(PasswordHasher.ownPlace(), "ida", "secret", false)).isNotNull();
  }

  private static boolean hold(CountDownLatch running, CountDownLatch end) {
    running.countDown();
    try {
      return end.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      return false;
    }
  }

  private static boolean isIn(Thread thread, String method) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals(method));
  }

  private static String outcome(Runnable work) {
    try {
      work.run();
      return "done";
    } catch (Rejected e) {
      return e.reply().code().name();
    }
  }

  @Test
  void takesAsLongForNobodyAsForSomebody() {
    try (var real =
        new PasswordHasher(new ServerConfig.Accounts(1, 1, 10, 4096, 2, Registration.OPEN, 1))) {
      var service = service(real, 1);
      var known =
          new Identity.ById(service.register(PasswordHasher.ownPlace(), "jim", "secret", false));

      var forSomebody = new ArrayList<Duration>();
      var forNobody = new ArrayList<Duration>();
      for (int i = 0; i < 25; i++) {
        forSomebody.add(
            time(() ->
                refusal(() -> service.authenticate(PasswordHasher.ownPlace(), known, "wrong"))));
        forNobody.add(
            time(() ->
                refusal(() -> service.authenticate(PasswordHasher.ownPlace(), NOBODY, "wrong"))));
      }

      var fastest = Collections.min(forSomebody);
      assertThat(Collections.min(forNobody))
          .isBetween(fastest.dividedBy(2), fastest.multipliedBy(2));
    }
  }

  private static Duration time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Rejected refusal(ThrowingCallable call) {
    return catchThrowableOfType(Rejected.class, call);
  }
}
