// Repaired: records of other tools that were not read, and refusals that did not say where, or what
// to do.
#include <catch2/catch.hpp>

#include "histories/import/import.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

histories::ImportedHistory import_foreign(const std::string& text, const std::string& model = "") {
  histories::ImportSettings settings;
  settings.model = model;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  return histories::import_history(histories::InputText::of(text, "h"), settings);
}

std::string foreign_error(const std::string& text, const std::string& model = "") {
  try {
    import_foreign(text, model);
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string one_invocation(const std::string& f_and_value) {
  return "{:process 0, :type :invoke, " + f_and_value + "}";
}

}  // namespace

TEST_CASE("regress: a client may be called client, and records may have lines", "[regress][unit]") {
  const auto history = import_foreign(R"([
  {
    "type": "invoke",
    "f": "write",
    "key": "r1",
    "value": 4,
    "client": 7
  },
  { "type": "ok", "f": "write", "key": "r1", "value": 4,
    "client": 7 }
])");
  CHECK(history.format == histories::HistoryFormat::jepsen_json);
  CHECK(history.clients == std::vector<std::string>{"7"});
  CHECK(history.history.completed() == 1);
  CHECK(import_foreign(
            "{\n  \"h\": 1,\n  \"model\": \"kv\"\n}\n{\n  \"e\": \"call\",\n  \"id\": 1,\n  "
            "\"p\": 0,\n  \"op\": {\"get\": \"x\"}\n}\n")
            .format == histories::HistoryFormat::ndjson);
  CHECK(
      import_foreign("[\n {\n  \"client\": 0,\n  \"input\": {\"op\": \"put\", \"key\": \"x\",\n   "
                     "\"value\": \"1\"},\n  \"call\": 1, \"output\": {}, \"return\": 2\n }\n]")
          .format == histories::HistoryFormat::porcupine_json);
  // Beside a process it is a note.
  const auto noted = import_foreign("{:process 3, :client 9, :type :invoke, :f :read}");
  CHECK(noted.clients == std::vector<std::string>{"3"});
  REQUIRE(noted.notes.size() == 1);
  CHECK(noted.notes[0].text == "client: 9");
}

TEST_CASE("regress: what is not judged is said to be not judged", "[regress][input]") {
  const std::string log = "this is a log like Kafka's, with sends and polls, which is not judged";
  CHECK(foreign_error(one_invocation(":f :send, :value [[:send 4 1]]")).find(log) !=
        std::string::npos);
  CHECK(foreign_error(one_invocation(":f :poll, :value [[:poll]]")).find(log) != std::string::npos);
  CHECK(foreign_error(one_invocation(":f :txn, :value [[:poll] [:send 4 1]]")).find(log) !=
        std::string::npos);
  CHECK(foreign_error(one_invocation(":f :txn, :value [[:rp [:> 3]]]")) ==
        "h:1:47: error: reads by predicate are not judged\nhint: transactions that read key by key "
        "are: [[:r 1 10] [:w 1 5]]");
  CHECK(foreign_error("INFO  jepsen.util - 0\t:invoke\t:echo\t\"Please echo 12\"\n")
            .find("error: whether echoes repeat what they were asked is not judged\nhint: ") !=
        std::string::npos);
  CHECK(foreign_error(
            R"([{"ClientId":1,"Input":{"Type":"range","Range":{"Start":"a"}},"Call":1}])") ==
        "h:1:32: error: this is an etcd with ranges, revisions and leases, which is not judged\n"
        "hint: puts and gets of single keys are: "
        "{\"op\":\"put\",\"key\":\"x\",\"value\":\"1\"}");
}

TEST_CASE("regress: what a record lacks is said with its place and a hint", "[regress][input]") {
  const std::string hint = "\nhint: is the value of the operation ";
  CHECK(foreign_error(one_invocation(":f :write")) ==
        "h:1:1: error: expected the value written, found nothing" + hint + "missing?");
  CHECK(foreign_error(one_invocation(":f :cas")) ==
        "h:1:1: error: expected the expected and the new value: [old new]" + hint + "cut off?");
  CHECK(foreign_error(one_invocation(":f :enqueue")) ==
        "h:1:1: error: expected a value, found nothing" + hint + "missing?");
  CHECK(foreign_error(one_invocation(":f :txn"), "rw-register").find("h:1:1: error: ") == 0);
  CHECK(foreign_error(
            "{\"h\":1,\"model\":\"kv\"}\n{\"e\":\"call\",\"id\":1,\"p\":0,\"f\":\"put\","
            "\"k\":\"x\"}\n{\"e\":\"call\",\"id\":2,\"p\":0,\"f\":\"append\",\"k\":\"x\"}") ==
        "h:3:1: error: expected a text, found nothing" + hint + "missing?");
  CHECK(foreign_error("{:type :invoke, :f :read}") ==
        "h:1:1: error: a record without process\nhint: say who did it, :process 0 or \"process\": "
        "0; an operation is over where its process completes it");
  CHECK(foreign_error("{:process 0, :type :invoke}") ==
        "h:1:1: error: a record without f\nhint: name the operation: :f :read, or \"f\": \"read\"");
}

TEST_CASE("regress: hints name operations that the service has", "[regress][input]") {
  const std::string header = "{\"h\":1,\"model\":\"kv\"}\n{\"e\":\"call\",\"id\":1,\"p\":0,";
  CHECK(foreign_error(header + "\"f\":\"putt\",\"k\":\"x\",\"a\":\"1\"}") ==
        "h:2:30: error: unknown operation 'putt'\nhint: did you mean 'put'?");
  CHECK(
      foreign_error(header + "\"f\":\"increase\",\"k\":\"x\",\"a\":\"1\"}") ==
      "h:2:30: error: unknown operation 'increase'\nhint: kv knows get, put, append, cas, create, "
      "delete; another --model may fit");
  for (const char* known : {"get", "put", "append", "create", "delete"}) {
    CHECK(foreign_error(header + "\"f\":\"" + known + "\",\"k\":\"x\",\"a\":\"1\"}") == "no error");
  }
  CHECK(foreign_error(header + "\"f\":\"cas\",\"k\":\"x\",\"a\":[\"1\",\"2\"]}") == "no error");
  CHECK(foreign_error(one_invocation(":f :create, :value 1"), "register") == "no error");
}

}  // namespace stampede::tests
