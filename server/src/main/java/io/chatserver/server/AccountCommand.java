package io.chatserver.server;

import io.chatserver.protocol.Command.Identity;
import io.chatserver.protocol.UserId;
import io.chatserver.server.account.AccountAdminService;
import io.chatserver.server.account.AccountChangeStore;
import io.chatserver.server.account.AccountEntry;
import io.chatserver.server.account.AccountRules;
import io.chatserver.server.account.AccountService;
import io.chatserver.server.account.AccountStore;
import io.chatserver.server.account.PasswordHasher;
import io.chatserver.server.config.ServerConfig;
import io.chatserver.server.fault.Names;
import io.chatserver.server.fault.Rejected;
import io.chatserver.server.storage.Database;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * The operator's commands for accounts. They work on the database, with or without running servers.
 * They open the file of an embedded database beside the server, and never create it.
 */
@Command(
    name = "account",
    description = "Opens, changes and lists accounts, while servers run or not.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each command prints the account as list does, with a tab between columns:",
      "id, name, enabled or disabled, admin or user, when it was opened (UTC).",
      "A new password is asked for, or is the first line of standard input or of",
      "a file.",
      "",
      "Exit codes: 0 done, 1 the database cannot be used, 2 wrong usage or",
      "configuration, 4 no such account, 5 the name is taken, 6 the name or the",
      "password cannot be used."
    })
final class AccountCommand implements Runnable {
  private static final int EXIT_NO_SUCH_ACCOUNT = 4;
  private static final int EXIT_NAME_TAKEN = 5;
  private static final int EXIT_NOT_USABLE = 6;

  @ParentCommand private @Nullable ChatServer server;
  @Spec private @Nullable CommandSpec spec;

  /** Selects the account. */
  static final class Who {
    @Parameters(paramLabel = "USER", description = "the account's id or name")
    private String user = "";

    @Option(names = "--by-name", description = "USER is a name, even if it is a number")
    private boolean byName;

    private Identity identity() {
      if (byName || !user.matches("[1-9][0-9]{0,9}") || Long.parseLong(user) > Integer.MAX_VALUE) {
        return new Identity.ByName(user);
      }
      return new Identity.ById(new UserId(Integer.parseInt(user)));
    }
  }

  /** The source of a password. */
  static final class NewPassword {
    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "a file whose first line is the new password")
    private @Nullable Path file;
  }

  /** An operation on the accounts. */
  private interface Work {
    /** Runs the operation. Returns the account that it changed, or null. */
    @Nullable UserId on(AccountAdminService accounts) throws PasswordInput.Missing;
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "say what to do: add, passwd, disable, enable, admin or list");
    }
  }

  @Command(
      name = "add",
      description = "Opens an account, be registration open or closed.",
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(paramLabel = "NAME", description = "the new account's name") String name,
      @Mixin NewPassword password) {
    return work(accounts -> accounts.add(name, PasswordInput.read(password.file)).id());
  }

  @Command(
      name = "passwd",
      description = "Sets an account's password; its sessions and tokens end.",
      mixinStandardHelpOptions = true)
  int passwd(@Mixin Who who, @Mixin NewPassword password) {
    return work(accounts -> {
      var user = accounts.find(who.identity()).id();
      accounts.changePassword(user, PasswordInput.read(password.file));
      return user;
    });
  }

  @Command(
      name = "disable",
      description = "Refuses an account's logins; its sessions end within 2 seconds.",
      mixinStandardHelpOptions = true)
  int disable(@Mixin Who who) {
    return work(accounts -> {
      var user = accounts.find(who.identity()).id();
      accounts.disable(user);
      return user;
    });
  }

  @Command(
      name = "enable",
      description = "Lets a disabled account log in again.",
      mixinStandardHelpOptions = true)
  int enable(@Mixin Who who) {
    return work(accounts -> {
      var user = accounts.find(who.identity()).id();
      accounts.enable(user);
      return user;
    });
  }

  @Command(
      name = "admin",
      description = "Makes an account an administrator, or no longer one.",
      mixinStandardHelpOptions = true)
  int admin(
      @Mixin Who who,
      @Option(names = "--revoke", description = "no longer an administrator") boolean revoke) {
    return work(accounts -> {
      var user = accounts.find(who.identity()).id();
      accounts.setAdmin(user, !revoke);
      return user;
    });
  }

  @Command(
      name = "list",
      description = "Prints all accounts in the order of their ids.",
      mixinStandardHelpOptions = true)
  int list() {
    return work(accounts -> {
      var out = output();
      accounts.forEach(entry -> out.println(line(entry)));
      out.flush();
      return null;
    });
  }

  private int work(Work work) {
    return Objects.requireNonNull(server)
        .onDatabase((database, config) -> {
          try (var hasher = new PasswordHasher(config.account())) {
            return done(accounts(database, hasher, config), work);
          }
        });
  }

  private static int done(AccountAdminService accounts, Work work) {
    try {
      var user = work.on(accounts);
      if (user != null) {
        var out = output();
        accounts.entry(user).ifPresent(entry -> out.println(line(entry)));
        out.flush();
      }
      return 0;
    } catch (PasswordInput.Missing e) {
      return ChatServer.refuse(EXIT_NOT_USABLE, e.getMessage());
    } catch (Rejected e) {
      return ChatServer.refuse(exitCode(e), e.reply().message());
    }
  }

  private static AccountAdminService accounts(
      Database database, PasswordHasher hasher, ServerConfig config) {
    var store = new AccountStore(database);
    var changes = new AccountChangeStore(database);
    var rules = new AccountRules(config.account());
    var accounts = new AccountService(store, changes, hasher, rules, Clock.systemUTC());
    return new AccountAdminService(accounts, store, changes, hasher);
  }

  private static int exitCode(Rejected e) {
    return switch (e.reply().code()) {
      case NO_SUCH_USER -> EXIT_NO_SUCH_ACCOUNT;
      case NAME_TAKEN -> EXIT_NAME_TAKEN;
      default -> EXIT_NOT_USABLE;
    };
  }

  /** The output in UTF-8, because names are stored so; callers must flush it. */
  private static PrintStream output() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
        false,
        StandardCharsets.UTF_8);
  }

  private static String line(AccountEntry entry) {
    return String.join(
        "\t",
        entry.account().id().toString(),
        Names.shown(entry.account().name()),
        entry.disabled() ? "disabled" : "enabled",
        entry.admin() ? "admin" : "user",
        entry.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
