package io.chatserver.protocol;

import static io.chatserver.protocol.ErrorCode.BAD_FIELD;
import static io.chatserver.protocol.ErrorCode.BAD_JSON;
import static io.chatserver.protocol.ErrorCode.UNKNOWN_TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.FrameDecoder.Terminator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers may write in a request, and what is made of it. */
final class RequestReaderTest {
  private static final Command SEND = new Command.SendDirect(new UserId(2), "hi");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'msgid':6,'toid':2,'msg':'hi'}",
        "{'msgid':6,'to':2,'msg':'hi'}",
        "{'msgid':'6','toid':'2','msg':'hi'}",
        "{ 'msg' : 'hi' ,\t'toid':2 , 'msgid':6 }\r",
        "{'msgid':6,'toid':2,'msg':'h\\u0069'}",
        "{'msgid':6,'toid':9,'toid':2,'msg':'no','msg':'hi'}",
        "{'msgid':6,'toid':2,'msg':'hi','name':null,'time':null,'id':null}",
        "{'msgid':6,'toid':2,'msg':'hi','from':1,'x':{'msgid':[3,{'toid':4}]},'y':1e99,'z':true}",
        "{'msgid':6,'toid':2,'msg':'hi','':null,'n':123456789012345678901234567890}",
      })
  void isTolerantInWhatItTakes(String json) {
    assertThat(read(json)).isEqualTo(new Frame.Request(null, SEND));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'msgid':6,'toid':'abc','msg':'hi'}         | toid has a wrong value",
        "{'msgid':6,'toid':'','msg':'hi'}            | toid has a wrong value",
        "{'msgid':6,'to':'0x2','msg':'hi'}           | to has a wrong value",
        "{'msgid':6,'toid':1e99,'msg':'hi'}          | toid has a wrong value",
        "{'msgid':6,'toid':1e0,'msg':'hi'}           | toid has a wrong value",
        "{'msgid':6,'toid':1.0,'msg':'hi'}           | toid has a wrong value",
        "{'msgid':6,'toid':true,'msg':'hi'}          | toid has a wrong value",
        "{'msgid':6,'toid':[2],'msg':'hi'}           | toid has a wrong value",
        "{'msgid':6,'toid':{'id':2},'msg':'hi'}      | toid has a wrong value",
        "{'msgid':6,'toid':99999999999999999999,'msg':'hi'} | toid has a wrong value",
        "{'msgid':6,'toid':'99999999999999999999','msg':'hi'} | toid has a wrong value",
        "{'msgid':6,'toid':2147483648,'msg':'hi'}    | toid is out of range",
        "{'msgid':6,'toid':4294967298,'msg':'hi'}    | toid is out of range",
        "{'msgid':6,'toid':0,'msg':'hi'}             | toid is out of range",
        "{'msgid':6,'toid':-2,'msg':'hi'}            | toid is out of range",
        "{'msgid':6,'toid':null,'msg':'hi'}          | toid is missing",
        "{'msgid':6,'msg':'hi'}                      | toid is missing",
        "{'msgid':6,'toid':2}                        | msg is missing",
        "{'msgid':6,'toid':2,'msg':null}             | msg is missing",
        "{'msgid':6,'toid':2,'msg':5}                | msg has a wrong value",
        "{'msgid':6,'toid':2,'msg':['hi']}           | msg has a wrong value",
        "{'msgid':6,'toid':2,'msg':'\\ud83d'}        | msg has a wrong value",
        "{'msgid':6,'toid':2,'msg':'\\ude00\\ud83d'} | msg has a wrong value",
        "{'msgid':6,'toid':2,'msg':'\\ud83dx'}       | msg has a wrong value",
        "{'msgid':6,'id':'abc','toid':2,'msg':'hi'}  | id has a wrong value",
        "{'msgid':6,'id':1e99,'toid':2,'msg':'hi'}   | id has a wrong value",
      })
  void saysWhichFieldOfAChatIsWrong(String json, String detail) {
    assertThat(read(json)).isEqualTo(malformed(null, MessageType.DIRECT_CHAT, BAD_FIELD, detail));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'msgid':1,'rid':5,'id':1}                        | LOGIN        | password is missing",
        "{'msgid':1,'rid':5,'password':'x'}                | LOGIN        | id is missing",
        "{'msgid':1,'rid':5,'id':-1,'password':'x'}        | LOGIN        | id is out of range",
        "{'msgid':1,'rid':5,'name':7,'password':'x'}       | LOGIN        | name has a wrong value",
        "{'msgid':4,'rid':5,'name':'x'}                    | REGISTER     | password is missing",
        "{'msgid':4,'rid':5,'password':'x'}                | REGISTER     | name is missing",
        "{'msgid':7,'rid':5}                               | ADD_FRIEND   | friendid is missing",
        "{'msgid':8,'rid':5,'groupdesc':'x'}               | CREATE_GROUP | groupname is missing",
        "{'msgid':9,'rid':5}                               | JOIN_GROUP   | groupid is missing",
        "{'msgid':10,'rid':5,'groupid':0,'msg':'x'}        | GROUP_CHAT   | groupid is out of range",
        "{'msgid':10,'rid':5,'groupid':1}                  | GROUP_CHAT   | msg is missing",
        "{'msgid':17,'rid':5,'groupid':1,'after':'x'}      | LIST_MEMBERS | after has a wrong value",
        "{'msgid':17,'rid':5,'groupid':1,'after':0}        | LIST_MEMBERS | after is out of range",
        "{'msgid':1,'rid':5,'token':7}                     | LOGIN        | token has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','ack':1}           | LOGIN        | ack has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','ack':[]}          | LOGIN        | ack has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','remember':'yes'}  | LOGIN | remember has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','cursors':[]}      | LOGIN | cursors has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','cursors':{'g7':-1}} | LOGIN | cursors has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','cursors':{'g7':null}} | LOGIN | cursors has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','cursors':{'g7':{'g8':1},'x':2}} | LOGIN | cursors has a wrong value",
        "{'msgid':1,'rid':5,'token':'t','cursors':{'d2-1':1}} | LOGIN | cursors has a wrong value",
        "{'msgid':18,'rid':5,'read':7}                     | ACK     | read has a wrong value",
        "{'msgid':18,'rid':5,'received':{'7':7}}           | ACK     | received has a wrong value",
        "{'msgid':21,'rid':5}                              | HISTORY | conversation is missing",
        "{'msgid':21,'rid':5,'conversation':'7'}           | HISTORY | conversation has a wrong value",
        "{'msgid':21,'rid':5,'conversation':7}             | HISTORY | conversation has a wrong value",
        "{'msgid':21,'rid':5,'conversation':'g7','limit':0} | HISTORY | limit is out of range",
        "{'msgid':21,'rid':5,'conversation':'g7','limit':101} | HISTORY | limit is out of range",
        "{'msgid':21,'rid':5,'conversation':'g7','after':-1} | HISTORY | after is out of range",
        "{'msgid':21,'rid':5,'conversation':'g7','before':-1} | HISTORY | before is out of range",
        "{'msgid':21,'rid':5,'conversation':'g7','before':1,'after':1} | HISTORY | before and after exclude each other",
        "{'msgid':22,'rid':5,'after_conversation':'x'}     | LIST_CONVERSATIONS | after_conversation has a wrong value",
        "{'msgid':10,'rid':5,'groupid':1,'msg':'x','cid':''} | GROUP_CHAT | cid has a wrong value",
        "{'msgid':6,'rid':5,'toid':1,'msg':'x','cid':7}    | DIRECT_CHAT | cid has a wrong value",
        "{'msgid':6,'rid':5,'toid':1,'msg':'x','cid':'a b'} | DIRECT_CHAT | cid has a wrong value",
        "{'msgid':6,'rid':5,'toid':1,'msg':'x','cid':'é'}  | DIRECT_CHAT | cid has a wrong value",
        "{'msgid':6,'rid':5,'toid':1,'msg':'x','cid':'1234567890123456789012345678901234567'} | DIRECT_CHAT | cid has a wrong value",
      })
  void answersTheRequestWhoseFieldIsWrong(String json, MessageType type, String detail) {
    assertThat(read(json)).isEqualTo(malformed(5L, type, BAD_FIELD, detail));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "0.", "-1.0e"})
  void answersARequestWithAVastNumber(String start) {
    var number = start + "9".repeat(60_000);

    assertThat(read("{'msgid':6,'toid':" + number + ",'msg':'hi','rid':5}"))
        .isEqualTo(malformed(5L, MessageType.DIRECT_CHAT, BAD_FIELD, "toid has a wrong value"));
    assertThat(read("{'msgid':6,'toid':2,'msg':'hi','x':" + number + ",'rid':5}"))
        .isEqualTo(new Frame.Request(5L, SEND));
    assertThat(read("{'msgid':6,'rid':" + number + ",'toid':2,'msg':'hi'}"))
        .isEqualTo(malformed(null, MessageType.DIRECT_CHAT, BAD_FIELD, "rid has a wrong value"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'msgid':0,'rid':5}           | UNKNOWN_TYPE | msgid 0",
        "{'msgid':27,'rid':5}          | UNKNOWN_TYPE | msgid 27",
        "{'msgid':-1,'rid':5}          | UNKNOWN_TYPE | msgid -1",
        "{'msgid':4294967297,'rid':5}  | UNKNOWN_TYPE | msgid 4294967297",
        "{'rid':5}                     | BAD_FIELD    | msgid is missing",
        "{'msgid':null,'rid':5}        | BAD_FIELD    | msgid is missing",
      })
  void saysThatATypeIsUnknown(String json, ErrorCode code, String detail) {
    assertThat(read(json)).isEqualTo(malformed(5L, null, code, detail));
  }

  @ParameterizedTest
  @CsvSource({
    "2,LOGIN_ACK",
    "5,REGISTER_ACK",
    "11,REPLY",
    "13,PONG",
    "14,CLOSING",
    "19,RECEIPT",
    "20,PAGE"
  })
  void refusesWhatOnlyAServerSays(int number, MessageType type) {
    assertThat(read("{'msgid':" + number + ",'rid':5}"))
        .isEqualTo(malformed(5L, type, UNKNOWN_TYPE, "msgid " + number + " is not a request"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}}",
        "{'msgid':}",
        "{'msgid':12,}",
        "{'msgid':012}",
        "{'msgid':+12}",
        "{'msgid':NaN}",
        "{'msgid':12 'rid':1}",
        "{msgid:12}",
        "{'msgid':12,'x':[}",
        "{'msgid':12,'x':}",
        "{]}",
        "{{}}",
        "{'msgid':12/**/}",
        "{'msgid':12,'x':'a\tb'}",
        "{'msgid':12,'x':'\\x'}",
        "{'msgid':12,'x':'\\u12'}",
      })
  void takesOnlyJson(String json) {
    assertThat(read(json).toString()).startsWith("Malformed[rid=null, type=null, code=BAD_");
  }

  @Test
  void boundsNestingAndNames() {
    assertThat(read("{'msgid':12,'x':" + "[".repeat(15) + "]".repeat(15) + "}"))
        .isEqualTo(new Frame.Request(null, new Command.Ping()));
    for (int depth : new int[] {16, 1000, 30_000}) {
      var arrays = "{'msgid':12,'x':" + "[".repeat(depth) + "]".repeat(depth) + "}";
      var objects = "{'a':".repeat(depth) + "1" + "}".repeat(depth);
      assertThat(read(arrays)).isEqualTo(malformed(null, null, BAD_JSON, ""));
      assertThat(read("{'msgid':12,'x':" + objects + "}").toString()).contains("BAD_JSON");
    }
    var named = "{'msgid':12,'%s':1}";
    assertThat(read(named.formatted("n".repeat(64)))).isInstanceOf(Frame.Request.class);
    assertThat(read(named.formatted("n".repeat(5000)))).isInstanceOf(Frame.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c0a2", // an overlong quote
        "c080", // an overlong NUL
        "e080af", // an overlong slash
        "f08080af",
        "eda080", // a surrogate
        "eda0bdedb880", // a pair of them
        "f4908080", // beyond the last character
        "f8888080af",
        "80", // no start
        "c3", // no end
        "e282",
        "f09f98",
        "ff",
        "fe",
      })
  void takesOnlyUtf8(String hex) throws Exception {
    for (var field : new String[] {"msg", "unknown"}) {
      var json = new ByteArrayOutputStream();
      json.write(Wire.utf8("{\"msgid\":6,\"toid\":2,\"msg\":\"a\",\"" + field + "\":\"x"));
      json.write(HexFormat.of().parseHex(hex));
      json.write(Wire.utf8("\"}\n{\"msgid\":12}\n"));

      assertThat(Wire.decode(new RequestReader(), json.toByteArray()))
          .containsExactly(
              malformed(null, null, BAD_JSON, ""), new Frame.Request(null, new Command.Ping()));
    }
  }

  @Test
  void takesEveryCharacterThatUtf8Has() {
    for (int c = 1; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 101) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        continue;
      }
      var command = new Command.SendDirect(new UserId(2), Character.toString(c));
      assertThat(
              new RequestReader()
                  .read(Wire.write(new Frame.Request(1L, command)), Terminator.NEWLINE))
          .isEqualTo(new Frame.Request(1L, command));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void refusesOtherEncodings(String charset) {
    byte[] bytes = "{\"msgid\":12,\"rid\":1}".getBytes(Charset.forName(charset));

    assertThat(Wire.decode(new RequestReader(), bytes, Wire.utf8("\n{\"msgid\":12}\n")))
        .endsWith(new Frame.Request(null, new Command.Ping()))
        .filteredOn(Frame.Request.class::isInstance)
        .hasSize(1);
  }

  @Test
  void aByteOrderMarkIsGarbageBeforeAFrame() {
    assertThat(Wire.requests("\ufeff{\"msgid\":12}\n"))
        .containsExactly(
            malformed(null, null, BAD_JSON, ""), new Frame.Request(null, new Command.Ping()));
  }

  @Test
  void takesBothNamesOfAPassword() {
    assertThat(read("{'msgid':1,'id':'1','pwd':'x'}"))
        .isEqualTo(
            new Frame.Request(
                null, new Command.Login(new Command.Identity.ById(new UserId(1)), "x")));
    assertThat(read("{'msgid':4,'name':'a','pwd':'x'}"))
        .isEqualTo(new Frame.Request(null, new Command.Register("a", "x")));
  }

  @Test
  void neverShowsAPassword() {
    for (var json :
        new String[] {
          "{'msgid':1,'id':1,'password':'secret'}",
          "{'msgid':1,'name':'a','password':'secret'}",
          "{'msgid':4,'name':'a','password':'secret'}",
          "{'msgid':1,'id':'x','password':'secret'}",
          "{'msgid':4,'password':'secret'}",
          "{'msgid':1,'rid':1,'token':'secret'}",
          "{'msgid':23,'rid':1,'token':'secret'}",
        }) {
      assertThat(read(json).toString()).doesNotContain("secret");
    }
  }

  @Test
  void manyCursorsAreTakenAndAWrongOneEndsTheWork() {
    var cursors = new StringBuilder();
    for (int group = 1; group <= 4000; group++) {
      cursors.append(",'g").append(group).append("':").append(group);
    }
    var login = "{'msgid':1,'rid':5,'token':'t','ack':true,'cursors':{%s}}";

    var all = (Frame.Request) read(login.formatted(cursors.substring(1)));
    var resume = Objects.requireNonNull(((Command.Login) all.command()).resume());
    assertThat(resume.cursors()).hasSize(4000).containsEntry(ConversationId.parse("g9"), 9L);
    assertThat(read(login.formatted("'oops':1" + cursors)))
        .isEqualTo(malformed(5L, MessageType.LOGIN, BAD_FIELD, "cursors has a wrong value"));
  }

  @Test
  void withoutAckNothingIsResumed() {
    var token = new Command.Credentials.Token("t");
    for (var ack : new String[] {"", "'ack':false,", "'ack':null,"}) {
      assertThat(read("{'msgid':1,'rid':5," + ack + "'token':'t','cursors':{'g7':1}}"))
          .isEqualTo(new Frame.Request(5L, new Command.Login(token, false, null)));
    }
  }

  @Test
  void aLegacyClientCannotAskForWhatItCouldNotTake() {
    assertThat(read("{'msgid':1,'id':1,'password':'x','ack':true,'remember':true,'token':'t'}"))
        .isEqualTo(
            new Frame.Request(
                null, new Command.Login(new Command.Identity.ById(new UserId(1)), "x")));
  }

  @Test
  void aModernConnectionStaysSo() {
    var reader = new RequestReader();
    reader.read(Wire.utf8("{\"msgid\":12,\"rid\":1}"), Terminator.UNKNOWN);

    reader.read(Wire.utf8("{\"id\":1,\"msgid\":10}"), Terminator.OTHER);

    assertThat(reader.form()).isEqualTo(WireForm.MODERN);
  }

  @ParameterizedTest
  @CsvSource({
    "4,usual", "3,b", "2,d",
  })
  void aRegisterShowsTheNumbering(int number, String name) {
    var reader = new RequestReader();
    var json = "{\"msgid\":" + number + ",\"name\":\"a\",\"password\":\"x\"}";

    assertThat(reader.read(Wire.utf8(json), Terminator.OTHER))
        .isEqualTo(new Frame.Request(null, new Command.Register("a", "x")));
    assertThat(reader.form()).isEqualTo(legacy(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 7, 8, 10, 11})
  void theIdAloneIsALogoutUnderTheNumbersOfForks(int number) {
    var reader = new RequestReader();
    var json = "{\"id\":1,\"msgid\":" + number + "}";

    assertThat(reader.read(Wire.utf8(json), Terminator.OTHER))
        .isEqualTo(new Frame.Request(null, new Command.Logout()));
    assertThat(reader.form()).isEqualTo(legacy("usual"));
  }

  /** Each row: requests by type and number, and the numbering that they show together. */
  @ParameterizedTest
  @CsvSource({
    "usual, chat 6",
    "b, chat 5",
    "b, register 3 chat 5",
    "c, chat 5 create 8",
    "c, register 3 create 8 group 10",
    "f, chat 3",
    "d, register 2 chat 6",
    "e, register 2 chat 5",
    "h, register 3 create 9",
    "i, register 3 chat 6",
    "j, login 0",
    "j, register 3 chat 5 create 7 friend 6 login 0",
    "usual, chat 5 chat 6",
    "usual, chat 77",
    "b, chat 5 chat 77",
  })
  void requestsShowTheNumberingTogether(String name, String requests) {
    var reader = new RequestReader();
    read(reader, requests);

    assertThat(reader.form()).isEqualTo(legacy(name));
  }

  @Test
  void aLogoutTellsTwoNumberingsApartButShowsNoneByItself() {
    var reader = new RequestReader();
    read(reader, "register 3 logout 7");
    assertThat(reader.form()).isEqualTo(legacy("c"));
    var other = new RequestReader();
    read(other, "login 1 logout 7");
    assertThat(other.form()).isEqualTo(legacy("usual"));
    assertThat(other.shown().isEmpty()).isTrue();
  }

  @Test
  void whatWasShownBeforeIsAssumedUntilTheClientContradicts() {
    var before = new RequestReader();
    read(before, "register 3 create 8");
    var shown = ShownNumbers.parse(before.shown().text());
    assertThat(shown).isEqualTo(before.shown());
    assertThat(shown.isEmpty()).isFalse();

    var reader = new RequestReader();
    read(reader, "login 1");
    reader.assume(shown);
    assertThat(reader.form()).isEqualTo(legacy("c"));
    read(reader, "chat 6");
    assertThat(reader.form()).isEqualTo(legacy("i"));
    read(reader, "register 4");
    assertThat(reader.form()).isEqualTo(legacy("usual"));
  }

  @Test
  void whatAClientShowsItselfIsMoreThanWhatWasShownBefore() {
    var reader = new RequestReader();
    read(reader, "chat 6 login 1");
    reader.assume(ShownNumbers.parse("- - - 3 4 5 - - - -"));

    assertThat(reader.form()).isEqualTo(legacy("i"));
  }

  @Test
  void theNumberingOfTheCommunityIsTheFirst() {
    var own = Numbering.parse("31 32 33 34 35 36 37 38 39 40");
    var reader = new RequestReader(new Numberings(own));
    assertThat(reader.form()).isEqualTo(WireForm.legacy(own));
    read(reader, "login 31 chat 36");
    assertThat(reader.form()).isEqualTo(WireForm.legacy(own));

    read(reader, "chat 5");
    assertThat(reader.form()).isEqualTo(legacy("b"));
  }

  private static final Map<String, String> FIELDS =
      Map.of(
          "register", "'name':'a','password':'x'",
          "login", "'id':1,'password':'x'",
          "logout", "'id':1",
          "chat", "'id':1,'name':'a','toid':2,'msg':'hi','time':''",
          "friend", "'id':1,'friendid':2",
          "create", "'id':1,'groupname':'g','groupdesc':''",
          "group", "'id':1,'name':'a','groupid':2,'msg':'hi','time':''");

  private static void read(RequestReader reader, String requests) {
    var words = requests.split(" ", -1);
    for (int i = 0; i < words.length; i += 2) {
      var json = "{'msgid':" + words[i + 1] + "," + FIELDS.get(words[i]) + "}";
      reader.read(Wire.utf8(json.replace('\'', '"')), Terminator.OTHER);
    }
  }

  private static WireForm legacy(String name) {
    return WireForm.legacy(Numbering.parse(name));
  }

  @Test
  void aChatUnderAnotherNumberIsNothingElse() {
    assertThat(read("{'msgid':4,'id':1,'name':'a','toid':2,'msg':'hi'}"))
        .isEqualTo(malformed(null, null, UNKNOWN_TYPE, "msgid 4"));
  }

  @Test
  void theNumberingOfALineIsAlwaysOurs() {
    assertThat(Wire.requests("{\"msgid\":5,\"toid\":2,\"msg\":\"hi\"}\n"))
        .containsExactly(
            malformed(null, MessageType.REGISTER_ACK, UNKNOWN_TYPE, "msgid 5 is not a request"));
  }

  private static Frame read(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new RequestReader().read(bytes, Terminator.OTHER);
  }

  private static Frame malformed(
      @Nullable Long rid, @Nullable MessageType type, ErrorCode code, String detail) {
    return new Frame.Malformed(rid, type, code, detail);
  }
}
