// Histories of all formats: what they become, and what is said about wrong ones.
#include "histories/import/import.hpp"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/sequential.hpp"
#include "histories/import/value_reader.hpp"
#include "tests/histories/importing.hpp"

namespace stampede::tests {

TEST_CASE("import: our own NDJSON", "[unit]") {
  const ImportedHistory imported = import(R"({"h":1,"model":"kv","unit":"ns"}
{"i":0,"t":5,"p":2,"e":"call","id":"c2.1","op":{"put":["x","1"]}}
{"i":1,"t":6,"p":0,"e":"call","id":"c0.1","op":{"get":"x"}}
{"i":2,"t":7,"p":1,"e":"call","id":"c1.1","f":"cas","k":"x","a":["1","2"]}
{"i":3,"t":9,"p":0,"e":"ok","id":"c0.1","o":{"value":"1"}}
{"i":4,"t":9,"p":1,"e":"fail","id":"c1.1"}
{"i":5,"t":9,"p":2,"e":"info","id":"c2.1","note":"timed out"}
)");
  CHECK(imported.format == HistoryFormat::ndjson);
  CHECK(listed(imported) ==
        "2 {\"put\":[\"x\",\"1\"]} open\n0 {\"get\":\"x\"} -> {\"value\":\"1\"}\n");
  CHECK(imported.failed.size() == 1);
  REQUIRE(imported.notes.size() == 1);
  CHECK(imported.notes[0].position == 0);
  CHECK(imported.notes[0].text == "timed out");
  CHECK(verdict_of(imported) == Verdict::ok);
}

TEST_CASE("import: Jepsen's EDN, as lines and as one list, with tags, sets and comments",
          "[unit]") {
  const std::string records = R"(
{:type :invoke, :f :add, :process 0, :time 1, :value 1, :index 0} ; a comment
#_ {:ignored true}
#jepsen.history.Op{:type :invoke, :f :add, :process 1, :value 2N}
{:type :info, :f :start, :process :nemesis, :value nil}
{:type :ok, :f :add, :process 0, :value 1, :error nil}
{:type :invoke, :f :read, :process 2, :value nil}
{:type :ok, :f :read, :process 2, :value #{2 1}}
{:type :info, :f :add, :process 1, :value 2, :error [:timeout "late"]})";
  for (const std::string& text : {records, "[" + records + "]", "(" + records + ")"}) {
    const ImportedHistory imported = import(text);
    CHECK(imported.format == HistoryFormat::jepsen_edn);
    CHECK(imported.model == "set");
    CHECK(listed(imported) ==
          "0 {\"add\":\"1\"} -> {\"ok\":true}\n1 {\"add\":\"2\"} open\n2 \"read\" -> "
          "{\"values\":[\"1\",\"2\"]}\n");
    REQUIRE(imported.annotations.size() == 1);
    CHECK(imported.annotations[0].text == "nemesis start");
    CHECK(verdict_of(imported) == Verdict::ok);
  }
}

TEST_CASE("import: independent keys, and keys in a field of their own", "[unit]") {
  const ImportedHistory tuples = import(R"({:process 0, :type :invoke, :f :write, :value [5 1]}
{:process 0, :type :ok, :f :write, :value [5 1]}
{:process 1, :type :invoke, :f :cas, :value [5 [1 2]]}
{:process 1, :type :ok, :f :cas, :value [5 [1 2]]}
{:process 0, :type :invoke, :f :read, :value [5 nil]}
{:process 0, :type :ok, :f :read, :value [5 2]}
)");
  CHECK(tuples.model == "kv");
  CHECK(listed(tuples) ==
        "0 {\"put\":[\"5\",\"1\"]} -> {\"ok\":true}\n1 {\"cas\":[\"5\",\"1\",\"2\"]} -> "
        "{\"ok\":true}\n0 {\"get\":\"5\"} -> {\"value\":\"2\"}\n");
  CHECK(verdict_of(tuples) == Verdict::ok);

  const ImportedHistory fields =
      import(R"({:process 0, :type :invoke, :f :get, :key "0", :value nil}
{:process 0, :type :ok, :f :get, :key "0", :value ""}
{:process 0, :type :invoke, :f :append, :key "0", :value "a b"}
{:process 0, :type :ok, :f :append, :key "0", :value "a b"}
{:process 0, :type :invoke, :f :get, :key "0", :value nil}
{:process 0, :type :ok, :f :get, :key "0", :value "a b"}
)");
  CHECK(fields.model == "kv");
  // There the empty text is what an absent key reads as.
  CHECK(listed(fields) ==
        "0 {\"get\":\"0\"} -> {\"value\":null}\n0 {\"append\":[\"0\",\"a b\"]} -> {\"ok\":true}\n0 "
        "{\"get\":\"0\"} -> {\"value\":\"a b\"}\n");
  CHECK(verdict_of(fields) == Verdict::ok);
}

TEST_CASE("import: Jepsen's text logs, by tabs and by blanks", "[unit]") {
  const ImportedHistory imported = import(
      "WARN  something else - 1\n"
      "INFO  jepsen.util - 4\t:invoke\t:read\tnil\n"
      "INFO  jepsen.util - 4\t:ok\t:read\tnil\n"
      "INFO  jepsen.util - 1 :invoke :write 1\n"
      "INFO  jepsen.util - :nemesis\t:info\t:start\tnil\n"
      "INFO  jepsen.util - 3\t:invoke\t:cas\t[2 0]\n"
      "INFO  jepsen.util - 3\t:fail\t:cas\t[2 0]\n"
      "INFO  jepsen.util - 1\t:info\t:write\t:timed-out\n"
      "INFO  jepsen.util - 2\t:invoke\t:read\tnil\n"
      "INFO  jepsen.util - 2\t:fail\t:read\t:timed-out\n"
      "INFO  jepsen.util - 6\t:invoke\t:read\tnil\n"
      "INFO  jepsen.util - 6\t:ok\t:read\t1\n");
  CHECK(imported.format == HistoryFormat::jepsen_log);
  CHECK(imported.model == "cas-register");
  CHECK(listed(imported) ==
        "4 \"read\" -> {\"value\":null}\n1 {\"write\":\"1\"} open\n3 {\"cas\":[\"2\",\"0\"]} -> "
        "{\"ok\":false}\n6 \"read\" -> {\"value\":\"1\"}\n");
  CHECK(imported.failed.size() == 1);
  CHECK(verdict_of(imported) == Verdict::ok);
}

TEST_CASE("import: a failed cas is a mismatch only where that is known", "[unit]") {
  const std::string text = R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :cas, :value [1 2]}
{:process 0, :type :fail, :f :cas, :value [1 2]}
)";
  CHECK(verdict_of(import(text)) == Verdict::ok);
  ImportSettings mismatch = settings_for();
  mismatch.failed_cas = histories::FailedCas::mismatch;
  CHECK(verdict_of(import(text, mismatch)) == Verdict::violated);
}

TEST_CASE("import: Jepsen's records as JSON, in a list or line by line", "[unit]") {
  const std::string first =
      R"({"type":"invoke","f":"enqueue","value":7,"process":0,"time":1,"index":0})";
  const std::string second = R"({"type":"ok","f":"enqueue","value":7,"process":0})";
  const std::string third = R"({"type":"invoke","f":"dequeue","value":null,"process":1})";
  const std::string fourth = R"({"type":"ok","f":"dequeue","value":7,"process":1})";
  for (const std::string& text : {"[" + first + "," + second + "," + third + ",\n" + fourth + "]",
                                  first + "\n" + second + "\n" + third + "\n" + fourth + "\n"}) {
    const ImportedHistory imported = import(text);
    CHECK(imported.format == HistoryFormat::jepsen_json);
    CHECK(imported.model == "queue");
    CHECK(listed(imported) ==
          "0 {\"enqueue\":\"7\"} -> {\"ok\":true}\n1 \"dequeue\" -> {\"value\":\"7\"}\n");
  }
}

TEST_CASE("import: Porcupine's operations, equal times are concurrent", "[unit]") {
  const auto read_at = [](int call) {
    return R"([{"client":0,"input":{"put":["x","1"]},"call":10,"output":{"ok":true},"return":20},
{"client":1,"input":{"get":"x"},"call":)" +
           std::to_string(call) + R"(,"output":{"value":null},"return":30},
{"client":2,"input":{"op":"append","key":"x","value":"2"},"call":40,"return":null}])";
  };
  CHECK(import(read_at(20), settings_for("kv")).format == HistoryFormat::porcupine_json);
  CHECK(verdict_of(import(read_at(20), settings_for("kv"))) == Verdict::ok);
  CHECK(verdict_of(import(read_at(21), settings_for("kv"))) == Verdict::violated);
}

TEST_CASE("import: events as vectors, alone and in a list", "[unit]") {
  const std::string records = R"([0 :invoke :read nil]
[:nemesis :info :start "Cut off [:n3 #[:n4]]"]
[1 :invoke :write 3]
[0 :ok :read nil]
[2 :invoke :cas [3 4]]
[2 :fail :cas [3 4] :no-connection]
[1 :info :write 3 :timed-out]
)";
  for (const std::string& text : {records, "[" + records + "]", "(" + records + ")"}) {
    const ImportedHistory imported = import(text);
    CHECK(imported.format == HistoryFormat::jepsen_edn);
    CHECK(imported.model == "cas-register");
    CHECK(listed(imported) == "0 \"read\" -> {\"value\":null}\n1 {\"write\":\"3\"} open\n");
    REQUIRE(imported.annotations.size() == 1);
    CHECK(imported.annotations[0].at_event == 1);
    REQUIRE(imported.notes.size() == 1);
    CHECK(imported.notes[0].text == "error: timed-out");
  }
}

TEST_CASE("import: what stands behind the value of a log line is a field or the error", "[unit]") {
  const ImportedHistory imported = import(
      "INFO  jepsen.util - 5 \t:invoke :write \t8 \t:hint 0\n"
      "INFO  jepsen.util - 5 \t:ok :write \t8 \t:hint 12\n"
      "INFO  jepsen.util - 5\t:invoke\t:cas\t[1 2]\n"
      "INFO  jepsen.util - 5\t:fail\t:cas\t[1 2]\t:hint 12\n"
      "INFO  jepsen.util - 5\t:invoke\t:cas\t[8 2]\n"
      "INFO  jepsen.util - 5\t:fail\t:cas\t[8 2]\t:no-leader\r\n"
      "INFO  jepsen.util - 5\t:invoke\t:read\tnil\n"
      "INFO  jepsen.util - 5\t:ok\t:read\t8\n");
  CHECK(listed(imported) ==
        "5 {\"write\":\"8\"} -> {\"ok\":true}\n5 {\"cas\":[\"1\",\"2\"]} -> "
        "{\"ok\":false}\n5 \"read\" -> {\"value\":\"8\"}\n");
  REQUIRE(imported.notes.size() == 3);
  CHECK(imported.notes[0].text == ":hint 0");
  CHECK(imported.notes[2].text == ":hint 12");
  CHECK(verdict_of(imported) == Verdict::ok);
}

TEST_CASE("import: locks with tokens, without, and by their owners", "[unit]") {
  const std::string begin = R"({:process 0, :type :invoke, :f :acquire, :value nil}
{:process 0, :type :ok, :f :acquire, :value TOKEN}
{:process 1, :type :invoke, :f :release, :value RELEASED}
{:process 1, :type :ok, :f :release, :value nil}
)";
  const auto with = [&](const std::string& token, const std::string& released) {
    std::string text = begin;
    text.replace(text.find("TOKEN"), 5, token);
    return text.replace(text.find("RELEASED"), 8, released);
  };
  CHECK(import(with("1", "1")).model == "lock");
  CHECK(verdict_of(import(with("1", "1"))) == Verdict::ok);
  CHECK(verdict_of(import(with("1", "2"))) == Verdict::violated);
  CHECK(import(with("nil", "nil")).model == "mutex");
  CHECK(verdict_of(import(with("nil", "nil"))) == Verdict::ok);
  CHECK(verdict_of(import(with("nil", "nil"), settings_for("owner-mutex"))) == Verdict::violated);
  const std::string twice = with("nil", "nil").substr(0, with("nil", "nil").find("{:process 1"));
  CHECK(verdict_of(import(twice + R"({:process 1, :type :invoke, :f :acquire}
{:process 1, :type :ok, :f :acquire})")) == Verdict::violated);
}

TEST_CASE("import: a cas from nil creates", "[unit]") {
  const std::string text = R"({:process 0, :type :invoke, :f :cas, :value [nil 1]}
{:process 0, :type :ok, :f :cas, :value [nil 1]}
{:process 1, :type :invoke, :f :cas, :value [nil 2]}
{:process 1, :type :ok, :f :cas, :value [nil 2]}
)";
  const ImportedHistory once = import(text.substr(0, text.find("{:process 1")));
  CHECK(listed(once) == "0 {\"create\":\"1\"} -> {\"ok\":true}\n");
  CHECK(verdict_of(once) == Verdict::ok);
  CHECK(verdict_of(import(text)) == Verdict::violated);
  CHECK(listed(import(R"({:process 0, :type :invoke, :f :cas, :value ["k" [nil 1]]}
{:process 0, :type :ok, :f :cas, :value ["k" [nil 1]]})",
                      settings_for("kv"))) == "0 {\"create\":[\"k\",\"1\"]} -> {\"ok\":true}\n");
}

TEST_CASE("import: the value that registers hold at first", "[unit]") {
  const auto read = [](const std::string& value) {
    const std::string asked = value[0] == '[' ? "[7 nil]" : "nil";
    return "{:process 0, :type :invoke, :f :read, :value " + asked +
           "}\n{:process 0, :type :ok, :f :read, :value " + value + "}\n";
  };
  ImportSettings zero = settings_for();
  zero.initial = "0";
  CHECK(verdict_of(import(read("0"))) == Verdict::violated);
  CHECK(verdict_of(import(read("0"), zero)) == Verdict::ok);
  CHECK(verdict_of(import(read("nil"), zero)) == Verdict::violated);
  CHECK(verdict_of(import(read("[7 0]"), zero)) == Verdict::ok);
  CHECK(verdict_of(import(read("[7 1]"), zero)) == Verdict::violated);
  CHECK(verdict_of(import(R"({"h":1,"model":"register","init":"0"}
{"i":0,"p":0,"e":"call","id":1,"f":"read"}
{"i":1,"p":0,"e":"ok","id":1,"o":{"value":"0"}})")) == Verdict::ok);
  CHECK(verdict_of(import(R"({"h":1,"model":"kv","init":"0"}
{"p":0,"e":"call","id":1,"op":{"get":"x"}})")) == Verdict::ok);
  CHECK(error_of("{:process 0, :type :invoke, :f :append, :value [1 2]}", settings_for("kv")) ==
        "no error");
  zero.model = "kv";
  CHECK(error_of("{:process 0, :type :invoke, :f :append, :value [1 2]}", zero) ==
        "error: an initial value is not for texts that are appended to\nhint: leave --initial out: "
        "they begin empty");
  zero.model.clear();
  CHECK(error_of("{:process 0, :type :invoke, :f :push, :value 1}", zero) ==
        "error: an initial value is for registers and key-value stores, not for stack\nhint: leave "
        "--initial out");
}

TEST_CASE("import: failed operations are left out, and what lies around them moves", "[unit]") {
  const ImportedHistory imported = import(R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 1, :type :invoke, :f :write, :value 2, :node "n1"}
{:process 0, :type :fail, :f :write, :value 1, :error :refused}
{:process :nemesis, :type :info, :f :kill}
{:process 1, :type :ok, :f :write, :value 2}
)");
  CHECK(listed(imported) == "1 {\"write\":\"2\"} -> {\"ok\":true}\n");
  CHECK(imported.history.operations()[0].invoked_at == 0);
  CHECK(imported.history.operations()[0].responded_at == 1);
  REQUIRE(imported.failed.size() == 1);
  CHECK(imported.failed[0].invoked_at == 0);
  CHECK(imported.failed[0].failed_at == 1);
  REQUIRE(imported.annotations.size() == 1);
  CHECK(imported.annotations[0].at_event == 1);
  REQUIRE(imported.notes.size() == 1);
  CHECK(imported.notes[0].position == 0);
  CHECK(imported.notes[0].text == "node: n1");
}

TEST_CASE("import: a client that does two things at once, or goes on, is two", "[unit]") {
  // Nothing says in which order it wrote; a session would.
  const std::string at_once = R"({"h":1,"model":"register"}
{"p":1,"e":"call","id":"a","op":{"write":"1"}}
{"p":1,"e":"call","id":"b","op":{"write":"2"}}
{"p":1,"e":"ok","id":"b","o":{"ok":true}}
{"p":1,"e":"ok","id":"a","o":{"ok":true}}
{"p":1,"e":"call","id":"c","op":"read"}
{"p":1,"e":"ok","id":"c","o":{"value":"1"}}
)";
  const std::string after_info = R"({"h":1,"model":"register"}
{"p":1,"e":"call","id":"a","op":{"write":"1"}}
{"p":1,"e":"info","id":"a"}
{"p":1,"e":"call","id":"b","op":{"write":"2"}}
{"p":1,"e":"ok","id":"b","o":{"ok":true}}
{"p":1,"e":"call","id":"c","op":"read"}
{"p":1,"e":"ok","id":"c","o":{"value":"1"}}
)";
  for (const std::string& text : {at_once, after_info}) {
    const ImportedHistory imported = import(text);
    CHECK(imported.clients == std::vector<std::string>{"1", "1"});
    CHECK(verdict_of(imported) == Verdict::ok);
    CHECK(checkers::check_sequential(imported.history, *imported.type).verdict == Verdict::ok);
    for (const auto& [name, model, about] : checkers::weak_models()) {
      INFO(name);
      CHECK(checkers::check_weak(imported.history, *imported.type, model).verdict == Verdict::ok);
    }
  }
}

TEST_CASE("import: a completion without its key is about the key of its invocation", "[unit]") {
  CHECK(verdict_of(import(R"({:type :invoke, :f :write, :process 0, :key x, :value [1 2]}
{:type :ok, :f :write, :process 0, :key x, :value [1 2]}
{:type :invoke, :f :read, :process 0, :key x, :value nil}
{:type :ok, :f :read, :process 0, :value [1 2]}
)")) == Verdict::ok);
}

TEST_CASE("import: a byte order mark is passed", "[unit]") {
  const std::string history = R"({:process 0 :type :invoke :f :write :value 1}
{:process 0 :type :ok :f :write :value 1}
)";
  CHECK(listed(import("\xef\xbb\xbf" + history)) == listed(import(history)));
}

TEST_CASE("import: maps and sets are equal in whatever order they are written", "[unit]") {
  CHECK(verdict_of(import(R"({:process 0 :type :invoke :f :write :value {:a #{1 2}, :b 2}}
{:process 0 :type :ok :f :write :value {:a #{1 2}, :b 2}}
{:process 0 :type :invoke :f :read :value nil}
{:process 0 :type :ok :f :read :value {:b 2, :a #{2 1}}}
)")) == Verdict::ok);
}

TEST_CASE("import: Porcupine's clients own their locks", "[unit]") {
  const auto imported = [](const char* acquire, const char* release) {
    return import(std::string(R"([{"client":1,"input":)") + acquire +
                      R"(,"call":1,"output":{"ok":true},"return":2},{"client":2,"input":)" +
                      release + R"(,"call":3,"output":{"ok":true},"return":4}])",
                  settings_for("owner-mutex"));
  };
  CHECK(verdict_of(imported(R"({"op":"acquire"})", R"({"op":"release"})")) == Verdict::violated);
  CHECK(verdict_of(imported("\"acquire\"", "\"release\"")) == Verdict::violated);
}

TEST_CASE("import: a drain is the dequeues that it consists of", "[unit]") {
  const std::string enqueued =
      "{:process 0, :type :invoke, :f :enqueue, :value 1}\n"
      "{:process 0, :type :ok, :f :enqueue, :value 1}\n"
      "{:process 0, :type :invoke, :f :enqueue, :value 2}\n"
      "{:process 0, :type :ok, :f :enqueue, :value 2}\n"
      "{:process 0, :type :invoke, :f :enqueue, :value 3}\n"
      "{:process 0, :type :fail, :f :enqueue, :value 3}\n"
      "{:process 1, :type :invoke, :f :drain}\n"
      "{:process 2, :type :invoke, :f :dequeue}\n";
  const std::string dequeued = "{:process 2, :type :ok, :f :dequeue, :value nil}\n";
  const auto both =
      import(enqueued + "{:process 1, :type :ok, :f :drain, :value [1 2]}\n" + dequeued);
  CHECK(both.model == "queue");
  CHECK(listed(both) ==
        "0 {\"enqueue\":\"1\"} -> {\"ok\":true}\n"
        "0 {\"enqueue\":\"2\"} -> {\"ok\":true}\n"
        "1 \"dequeue\" -> {\"value\":\"1\"}\n"
        "1 drain 2 \"dequeue\" -> {\"value\":\"2\"}\n"
        "2 \"dequeue\" -> {\"value\":null}\n");
  CHECK(verdict_of(both) == Verdict::ok);
  CHECK(both.remarks.back().find("drains are judged as dequeues at the same time") == 0);
  const auto lost =
      import(enqueued + "{:process 1, :type :ok, :f :drain, :value [2]}\n" + dequeued);
  CHECK(verdict_of(lost) == Verdict::violated);
  const auto twice =
      import(enqueued + "{:process 1, :type :ok, :f :drain, :value [1 2 2]}\n" + dequeued);
  CHECK(verdict_of(twice) == Verdict::violated);
  const auto none = import(enqueued + "{:process 1, :type :ok, :f :drain, :value []}\n");
  CHECK(none.history.operations().size() == 3);
  const std::string unknown =
      error_of(enqueued + "{:process 1, :type :info, :f :drain}\n" + dequeued);
  CHECK(
      unknown ==
      "h:9:1: error: the drain of process 1 has no result: it may have taken any number of values\n"
      "hint: record it as the dequeues that it consists of, or cut the history before it");
  CHECK(error_of(enqueued).find("h:7:1: error: the drain of process 1 has no result") == 0);
}

TEST_CASE("import: clients need no numbers", "[unit]") {
  const ImportedHistory named = import(R"({"process":"alice","type":"invoke","f":"read"}
{"process":"alice","type":"ok","f":"read","value":null}
{"process":"nemesis","type":"info","f":"start"}
)");
  CHECK(listed(named) == "alice \"read\" -> {\"value\":null}\n");
  CHECK(named.annotations.size() == 1);
}

TEST_CASE("import: a cas may name its key beside both values", "[unit]") {
  const std::string text = R"({:process 0 :type :invoke :f :cas :value ["k" "a" "b"]}
{:process 0 :type :ok :f :cas :value ["k" "a" "b"]}
{:process 1 :type :invoke :f :cas :value ["l" nil "b"]}
{:process 1 :type :ok :f :cas :value ["l" nil "b"]}
)";
  const ImportedHistory imported = import(text);
  CHECK(imported.model == "kv");
  CHECK(listed(imported) ==
        "0 {\"cas\":[\"k\",\"a\",\"b\"]} -> {\"ok\":true}\n1 {\"create\":[\"l\",\"b\"]} -> "
        "{\"ok\":true}\n");
}

TEST_CASE("import: additions are a set's if they differ and nothing was summed", "[unit]") {
  const auto added = [](const std::string& value) {
    return "{:process 0, :type :invoke, :f :add, :value " + value +
           "}\n{:process 0, :type :ok, :f :add, :value " + value + "}\n";
  };
  const std::string asked = "{:process 1, :type :invoke, :f :read}\n";
  CHECK(import(added("1") + added("2")).model == "set");
  CHECK(import(added("1") + added("1")).model == "counter");
  CHECK(import(added("1") + added("2") + asked + "{:process 1, :type :ok, :f :read, :value 3}\n")
            .model == "counter");
  CHECK(import(added("1") + asked + "{:process 1, :type :ok, :f :read, :value #{1}}\n").model ==
        "set");
  CHECK(listed(import("{:process 0, :type :invoke, :f :broadcast, :value 5}\n" + asked)) ==
        "0 {\"add\":\"5\"} open\n1 \"read\" open\n");
}

TEST_CASE("import: independent keys of services without keys, one at a time", "[unit]") {
  const std::string text = R"({:process 0, :type :invoke, :f :add, :value [7 1]}
{:process 1, :type :invoke, :f :add, :value [8 2]}
{:process 1, :type :info, :f :add, :value nil}
{:process 0, :type :ok, :f :add, :value [7 1]}
{:process 0, :type :invoke, :f :read, :value [7 nil]}
{:process 0, :type :ok, :f :read, :value [7 #{1}]}
)";
  CHECK(error_of(text) ==
        "h:6:42: error: operations of this history name keys, which a set does not have: [7 "
        "value]\nhint: judge one key after the other: --key 7");
  ImportSettings one = settings_for();
  one.key = "7";
  CHECK(listed(import(text, one)) ==
        "0 {\"add\":\"1\"} -> {\"ok\":true}\n0 \"read\" -> {\"values\":[\"1\"]}\n");
  one.key = "8";
  CHECK(listed(import(text, one)) == "1 {\"add\":\"2\"} open\n");
  one.key = "9";
  CHECK(error_of(text, one) ==
        "h:7:1: error: no operation of the history is on key '9'\nhint: without --key, all keys "
        "are judged");
  one.key = "7";
  CHECK(error_of("{:process 0, :type :invoke, :f :add, :value 1}", one) ==
        "h:1:1: error: this operation names no key, but only those on key '7' are judged\nhint: "
        "leave --key out, or give a history whose values are [key value]");
  CHECK(error_of("{:process 0, :type :invoke, :f :txn, :value [[:r 7 nil]]}\n", one) != "no error");
  CHECK(error_of("{\"h\":1,\"model\":\"kv\"}", one) ==
        "h:1:1: error: --key is for histories of Jepsen\nhint: leave --key out");
  const std::string locks = R"({:process 0, :type :invoke, :f :acquire, :value [1 nil]}
{:process 0, :type :ok, :f :acquire, :value [1 nil]}
{:process 1, :type :invoke, :f :acquire, :value [2 nil]}
{:process 1, :type :ok, :f :acquire, :value [2 nil]}
)";
  CHECK(error_of(locks).find("which a mutex does not have") != std::string::npos);
}

TEST_CASE("import: a register whose operations name keys is several", "[unit]") {
  const ImportedHistory imported = import(R"({:process 0, :type :invoke, :f :write, :value [5 1]}
{:process 0, :type :ok, :f :write, :value [5 1]}
{:process 0, :type :invoke, :f :read, :value [6 nil]}
{:process 0, :type :ok, :f :read, :value [6 nil]}
)",
                                          settings_for("cas-register"));
  CHECK(imported.model == "kv");
  CHECK(imported.remarks.back() == "every read names a key, so these are the registers of a kv");
  CHECK(verdict_of(imported) == Verdict::ok);
}

TEST_CASE("import: a read of nil may be one that is not known", "[unit]") {
  const std::string text = R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :read, :value nil}
{:process 0, :type :ok, :f :read, :value nil}
)";
  CHECK(verdict_of(import(text)) == Verdict::violated);
  ImportSettings unknown = settings_for();
  unknown.nil_reads = histories::NilReads::unknown;
  CHECK(listed(import(text, unknown)) == "0 {\"write\":\"1\"} -> {\"ok\":true}\n");
  const std::string keyed = R"({:process 0, :type :invoke, :f :read, :value [5 nil]}
{:process 0, :type :ok, :f :read, :value [5 nil]}
)";
  CHECK(import(keyed, unknown).history.operations().empty());
}

TEST_CASE("import: Porcupine's operations as Go writes them", "[unit]") {
  const ImportedHistory imported = import(
      R"([{"ClientId":3,"Input":{"Op":"put","Key":"k","Value":"1"},"Call":1,"Output":{},"Return":4,"Metadata":null},
{"ClientId":4,"Input":{"Op":"get","Key":"k"},"Call":5,"Output":{"Value":"1"},"Return":6}])");
  CHECK(imported.format == HistoryFormat::porcupine_json);
  CHECK(listed(imported) ==
        "3 {\"put\":[\"k\",\"1\"]} -> {\"ok\":true}\n4 {\"get\":\"k\"} -> {\"value\":\"1\"}\n");
}

TEST_CASE("import: what is known and not judged is refused", "[input]") {
  CHECK(error_of("{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read, :value "
                 "{0 5, 1 5}}") ==
        "h:2:42: error: reads of maps that nobody writes are not judged\nhint: if these are the "
        "accounts of a bank: --model bank");
  CHECK(error_of("{:stats {:count 3}, :valid? true}") ==
        "h:1:1: error: these are the results of a check, not a history\nhint: the history is in "
        "another file: history.edn");
  CHECK(listed(import("{:process 0, :type :invoke, :f :write, :value ##NaN}")) ==
        "0 {\"write\":\"##NaN\"} open\n");
}

TEST_CASE("import: gzip is read like plain text", "[unit]") {
  const std::string path = (std::filesystem::temp_directory_path() / "import_test.edn.gz").string();
  const std::string text =
      "{:process 0, :type :invoke, :f :push, :value 1}\n{:process 0, :type :ok, :f :push, :value "
      "1}";
  gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0);
  gzclose(file);
  const ImportedHistory imported = histories::import_history(InputText::open(path), settings_for());
  CHECK(imported.model == "stack");
  CHECK(imported.history.completed() == 1);
  std::filesystem::remove(path);
}

TEST_CASE("import: errors name file, line, column and what to do", "[input]") {
  CHECK(
      error_of("") ==
      "h:1:1: error: the history is empty\nhint: one event stands on each line: docs/checking.md");
  CHECK(error_of("hello\n") ==
        "h:1:1: error: this looks like none of the known formats\nhint: name it: --format ndjson, "
        "jepsen-edn, jepsen-log, jepsen-json, porcupine-json");
  CHECK(error_of("{\"h\":1,\"model\":\"kw\"}\n") ==
        "h:1:16: error: unknown model 'kw'\nhint: did you mean 'kv'?");
  CHECK(error_of("{\"h\":1,\"model\":\"kv\"}\n{\"i\":0,\"p\":0,\"e\":\"call\",\"id\":1,"
                 "\"op\":{\"gett\":\"x\"}}") ==
        "h:2:38: error: unknown operation 'gett'\nhint: did you mean 'get'?");
  CHECK(error_of("{\"h\":1,\"model\":\"kv\"}\n{\"i\":0,\"p\":0,\"e\":\"ok\",\"id\":1,\"o\":1}") ==
        "h:2:28: error: operation 1 is not open: it was never called, or is over\nhint: is the "
        "beginning of the history missing?");
  CHECK(error_of("{\"h\":1,\"model\":\"kv\",\n\"x\" 3}") ==
        "h:2:5: error: expected ':' after a key\nhint: write {\"key\": value}");
  CHECK(
      error_of("{:process 0, :type :invoke, :f :frob, :value 1}", settings_for("kv")) ==
      "h:1:46: error: expected a key and a value: [key value]\nhint: is the value of the operation "
      "cut off?");
  CHECK(error_of("{:process 0, :type :invoke, :f :frob, :value 1}", settings_for("register")) ==
        "h:1:32: error: unknown operation 'frob'\nhint: register knows read, write, cas, create; "
        "another --model may fit");
  CHECK(error_of("{:process 0, :type :invokes, :f :read, :value 1}") ==
        "h:1:20: error: unknown type 'invokes'\nhint: expected invoke, ok, fail or info");
  CHECK(error_of("[{:process 0, :type :invoke, :f :read, :value 1}") ==
        "h:1:49: error: the list of operations is not closed before the file ends\nhint: is the "
        "file cut off?");
  CHECK(error_of("JEPSEN\x01") ==
        "h:1:1: error: this is Jepsen's binary store, not a history\nhint: export the history from "
        "Jepsen as EDN: history.edn");
  CHECK(error_of(std::string(200, '[')) ==
        "h:1:67: error: values are nested more than 64 deep\nhint: is a bracket not closed?");
}

TEST_CASE("import: a process that goes on after info is refused", "[input]") {
  CHECK(error_of(R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :info, :f :write, :value 1}
{:process 0, :type :invoke, :f :read, :value nil}
)") == "h:3:1: error: process 0 goes on after an :info\nhint: an operation that may be under way "
       "for ever ends its process: the next one needs a new process number");
  CHECK(error_of(R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :invoke, :f :read, :value nil}
)") == "h:2:1: error: process 0 invokes an operation while another is open\nhint: a process goes "
       "on after :ok or :fail; after :info under a new number");
}

}  // namespace stampede::tests
