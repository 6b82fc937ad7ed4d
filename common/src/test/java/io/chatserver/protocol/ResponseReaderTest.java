package io.chatserver.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatserver.protocol.FrameDecoder.Terminator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server cannot harm a client of ours by what it says. */
final class ResponseReaderTest {
  /** A value of every type that JSON has, each of which is wrong for most fields. */
  private static final String[] VALUES = {
    "null",
    "true",
    "1",
    "0",
    "-1",
    "1.5",
    "1e99",
    "99999999999999999999",
    "9223372036854775807",
    "'text'",
    "'g7'",
    "'d1-2'",
    "'\\ud83d'",
    "''",
    "[]",
    "{}",
    "[1]",
    "[null]",
    "[[]]",
    "[{}]",
    "[{'id':0}]",
    "[{'id':'1'}]",
    "[{'id':1,'name':null}]",
    "{'id':1}",
    "{'id':0}",
    "{'id':null}",
    "{'id':1,'users':5}",
    "{'id':1,'users':[{'id':[]}]}",
    "{'id':1,'users':[5]}",
    "[{'id':1,'users':{}}]",
    "{'id':1,'role':7}",
    "{'id':1,'state':{}}",
    "{'msgid':14,'rid':3}",
    "[{'conversation':'g7','head':-1}]",
    "[{'conversation':'g7','head':1,'peer_received':-1,'peer_read':0}]",
    "[{'conversation':'g7','seq':1,'id':1,'name':'a','ts':1,'msg':'b','messages':[{}]}]",
  };

  private static final String[] FIELDS = {
    "rid",
    "errno",
    "errmsg",
    "retry_after_ms",
    "reconnect_after_ms",
    "code",
    "id",
    "groupid",
    "name",
    "conversation",
    "seq",
    "ts",
    "msg",
    "more",
    "friend",
    "group",
    "friends",
    "groups",
    "users",
    "messages",
    "conversations",
    "token",
    "token_expires_in_ms",
    "digest",
    "received",
    "read",
    "unknown",
  };

  @Test
  void neverThrows() {
    for (int type = -1; type < 25; type++) {
      for (var field : FIELDS) {
        for (var value : VALUES) {
          var one = "'" + field + "':" + value;
          var others = "'errno':0,'id':1,'ts':1,'seq':1,'name':'a','msg':'b',";
          assertThat(read("{'msgid':" + type + "," + others + one + "}")).isNotNull();
          assertThat(read("{" + one + ",'msgid':" + type + "," + others + "'x':1}")).isNotNull();
          assertThat(read("{'msgid':" + type + "," + one)).isNotNull();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'msgid':null}",
        "{'msgid':'11'}",
        "{'msgid':11.0}",
        "{'msgid':11}",
        "{'msgid':99}",
        "{'msgid':1,'id':1,'password':'x'}",
        "{'msgid':11,'errno':'0'}",
        "{'msgid':11,'errno':1.5}",
        "{'msgid':11,'errno':0,'conversation':'g7','seq':1}",
        "{'msgid':11,'errno':0,'conversation':'g7','seq':0,'ts':1}",
        "{'msgid':11,'errno':0,'conversation':'7','seq':1,'ts':1}",
        "{'msgid':11,'errno':0,'users':[]}",
        "{'msgid':11,'errno':0,'friend':5,'x':1}",
        "{'msgid':11,'errno':0,'friend':5,'id':1,'name':'a'}",
        "{'msgid':11,'errno':0,'friend':{'name':'a'}}",
        "{'msgid':11,'errno':0,'friends':5}",
        "{'msgid':11,'errno':0,'friends':[1,2]}",
        "{'msgid':11,'errno':0,'friends':[null]}",
        "{'msgid':11,'errno':0,'group':{'id':7,'users':[{'id':0}]}}",
        "{'msgid':11,'errno':300,'retry_after_ms':-1}",
        "{'msgid':2,'errno':0,'id':1}",
        "{'msgid':2,'errno':0,'name':'a'}",
        "{'msgid':2,'errno':0,'id':2147483648,'name':'a'}",
        "{'msgid':5,'errno':0}",
        "{'msgid':13,'errno':0}",
        "{'msgid':6,'seq':1,'id':1,'name':'a','msg':'b','ts':1}",
        "{'msgid':6,'conversation':'d1-2','seq':0,'id':1,'name':'a','msg':'b','ts':1}",
        "{'msgid':6,'conversation':'d1-2','seq':1,'name':'a','msg':'b','ts':1}",
        "{'msgid':6,'conversation':'d1-2','seq':1,'id':1,'msg':'b','ts':1}",
        "{'msgid':6,'conversation':'d1-2','seq':1,'id':1,'name':'a','ts':1}",
        "{'msgid':6,'conversation':'d1-2','seq':1,'id':1,'name':'a','msg':'b'}",
        "{'msgid':6,'conversation':'d1-2','seq':1,'id':1,'name':'a','ts':1,'msg':{'msgid':14}}",
        "{'msgid':14,'code':3000,'reconnect_after_ms':-5}",
        "{'msgid':14,'code':'3000'}",
        "{'msgid':2,'errno':0,'id':1,'name':'a','token':'t'}",
        "{'msgid':11,'errno':0,'messages':[]}",
        "{'msgid':11,'errno':0,'conversation':'g7','messages':[{'conversation':'g7','seq':1}]}",
        "{'msgid':11,'errno':0,'conversations':[{'conversation':'7','head':1}]}",
        "{'msgid':11,'errno':0,'conversations':[{'conversation':'g7','head':-1}]}",
        "{'msgid':11,'errno':0,'conversations':[{'conversation':'g7','head':1,'read':-1}]}",
        "{'msgid':19,'conversation':'d1-2','received':1,'read':1}",
        "{'msgid':19,'conversation':'d1-2','id':1,'received':-1}",
        "{'msgid':20,'conversation':'g7'}",
        "{'msgid':20,'messages':[]}",
        "{'msgid':20,'conversation':'g7','messages':[{'conversation':'g7','seq':0}]}",
      })
  void whatAServerDoesNotSayIsMalformed(String json) {
    assertThat(read(json)).isInstanceOf(Frame.Malformed.class);
  }

  @Test
  void aBadReplyStillNamesItsRequest() {
    assertThat(read("{'msgid':2,'rid':7,'errno':0,'id':1}"))
        .isEqualTo(
            new Frame.Malformed(7L, MessageType.LOGIN_ACK, ErrorCode.BAD_FIELD, "name is missing"));
    assertThat(read("{'msgid':11,'rid':7,'errno':0,'friends':{}}").toString())
        .contains("rid=7", "friends has a wrong value");
  }

  @Test
  void unknownFieldsAreSkippedEverywhere() {
    var extra = "'new':{'id':[5,{'msgid':1}]},";
    var expected = new Group(new GroupId(7), "g", "", 1, List.of(Samples.CREATOR));

    assertThat(
            read(
                "{"
                    + extra
                    + "'msgid':11,'errno':0,'group':{"
                    + extra
                    + "'id':7,'groupname':'g','membercount':1,'users':[{"
                    + extra
                    + "'id':1,'name':'alice','role':'creator','state':'online'}]}}"))
        .isEqualTo(new Frame.Response(null, null, new Reply.InGroup(expected)));
  }

  @Test
  void anUnknownErrorIsStillAFailure() {
    var frame = read("{'msgid':11,'rid':1,'errno':399,'errmsg':'new','retry_after_ms':5}");

    assertThat(frame).isInstanceOf(Frame.Response.class);
    var failed = (Reply.Failed) ((Frame.Response) frame).reply();
    assertThat(failed.code().isRetryable()).isTrue();
    assertThat(failed.message()).endsWith("new");
    assertThat(failed.retryAfter()).isEqualTo(Duration.ofMillis(5));
  }

  /** What is added to a clock in nanoseconds must not wrap round. */
  @Test
  void aWaitWithoutEndIsACentury() {
    var frame = read("{'msgid':14,'code':3000,'reconnect_after_ms':9223372036854775807}");

    var wait = new Push.Closing(DisconnectReason.SHUTDOWN, Duration.ofDays(36_500));
    assertThat(frame).isEqualTo(new Frame.Event(wait));
  }

  @Test
  void garbageBetweenMessagesIsTold() {
    var closing = new Frame.Event(new Push.Closing(DisconnectReason.REPLACED));

    assertThat(Wire.responses("oops\n{'msgid':14,'code':3501}\n".replace('\'', '"')))
        .containsExactly(new Frame.Malformed(null, null, ErrorCode.BAD_JSON, ""), closing);
  }

  private static Frame read(String json) {
    return new ResponseReader().read(Wire.utf8(json.replace('\'', '"')), Terminator.NEWLINE);
  }
}
