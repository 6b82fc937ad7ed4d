package io.chatserver.client.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandLineTest {
  @Test
  void readsSlashCommands() {
    assertParsed("/msg bob hello  there ", new Input.Message("bob", "hello  there"));
    assertParsed("/group 7 hello", new Input.GroupMessage("7", "hello"));
    assertParsed("/to #family", new Input.TalkTo("#family"));
    assertParsed("/addfriend 2", new Input.AddFriend("2"));
    assertParsed("/creategroup g1", new Input.CreateGroup("g1", ""));
    assertParsed("/creategroup g1 the first", new Input.CreateGroup("g1", "the first"));
    assertParsed("/join 7", new Input.Join("7"));
    assertParsed("/friends", new Input.Friends());
    assertParsed("/groups ", new Input.Groups());
    assertParsed("/members family", new Input.Members("family"));
    assertParsed("/logout", new Input.Logout());
    assertParsed("/help", new Input.Help());
    assertParsed("/quit", new Input.Quit());
  }

  @Test
  void readsTheOriginalsCommands() {
    assertParsed("chat:2:hello: you", new Input.Message("2", "hello: you"));
    assertParsed("groupchat:7: hi\nall ", new Input.GroupMessage("7", " hi\nall "));
    assertParsed("addfriend:2", new Input.AddFriend("2"));
    assertParsed(
        "creategroup:g1:the first: group", new Input.CreateGroup("g1", "the first: group"));
    assertParsed("creategroup:g1:", new Input.CreateGroup("g1", ""));
    assertParsed("addgroup:7", new Input.Join("7"));
    assertParsed("loginout", new Input.Logout());
    assertParsed("help", new Input.Help());
  }

  @Test
  void whatOnlyLooksLikeTheOriginalsCommandIsAText() {
    for (var text :
        new String[] {"chat: see you", "chat:2:", "help me", "addfriend:bob", "loginout!"}) {
      assertParsed(text, new Input.Plain(text));
    }
  }

  @Test
  void aNameInQuotesMayHaveBlanks() {
    assertParsed("/msg \"bob the builder\" hello", new Input.Message("bob the builder", "hello"));
    assertParsed("/to \"\"", new Input.TalkTo(""));
  }

  @Test
  void anythingElseIsAText() {
    assertParsed("hello", new Input.Plain("hello"));
    assertParsed(" /msg is a command", new Input.Plain(" /msg is a command"));
    assertParsed("//usr/bin", new Input.Plain("/usr/bin"));
    assertParsed(" \t", new Input.Nothing());
  }

  @Test
  void saysWhatIsWrong() {
    assertWrong("/msg", "USER is missing; usage: /msg USER TEXT");
    assertWrong("/msg bob  ", "TEXT is missing; usage: /msg USER TEXT");
    assertWrong("/msg \"bob hello", "the closing quote is missing; usage: /msg USER TEXT");
    assertWrong("/friends now", "too much: now; usage: /friends");
    assertWrong("/join 7 8", "too much: 8; usage: /join GROUP");
    assertWrong("/nope x", "there is no /nope; /help lists the commands");
    assertWrong("/", "there is no /; /help lists the commands");
  }

  @Test
  void theHelpShowsEveryCommandOnALineThatFits() {
    assertThat(CommandTable.help())
        .hasSameSizeAs(CommandTable.entries())
        .contains("/msg USER TEXT                   send a text to a user")
        .contains("loginout                         as /logout")
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
  }

  private static void assertParsed(String line, Input input) {
    assertThat(CommandLine.parse(line)).isEqualTo(input);
  }

  private static void assertWrong(String line, String reason) {
    assertParsed(line, new Input.Wrong(reason));
  }
}
