// What each service does, and how its operations are written.
#include <catch2/catch.hpp>

#include "engine/core/random.hpp"
#include "models/service/foretold.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

using engine::ServiceType;

const ServiceType& service(std::string_view name) { return *models::service::find_service(name); }

engine::Operation parse(std::string_view name, const std::string& json) {
  return service(name).parse(engine::parse_json(json, "f"));
}

/// Runs the operations in order and returns their results, as JSON, separated by blanks.
std::string run(std::string_view name, const std::vector<std::string>& operations) {
  engine::ServiceState state(service(name));
  std::string results;
  for (const std::string& json : operations) {
    results += (results.empty() ? "" : " ") + state.apply(parse(name, json)).to_json();
  }
  return results;
}

std::string error_of(std::string_view name, const std::string& json) {
  try {
    parse(name, json);
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("service: all are found by name", "[unit]") {
  CHECK(models::service::service_names() ==
        std::vector<std::string>{"cas-register", "counter", "file", "kv", "list", "lock", "mutex",
                                 "owner-mutex", "queue", "register", "set", "stack", "table",
                                 "transactions"});
  CHECK(models::service::find_service("kv") != nullptr);
  CHECK(models::service::find_service("Kv") == nullptr);
}

TEST_CASE("service: kv gets, puts, appends, compares and deletes", "[unit]") {
  CHECK(run("kv",
            {R"({"get":"x"})", R"({"put":["x","1"]})", R"({"get":"x"})", R"({"cas":["x","1","2"]})",
             R"({"cas":["x","1","3"]})", R"({"get":"x"})", R"({"append":["x","a"]})",
             R"({"get":"x"})", R"({"delete":"x"})", R"({"get":"x"})", R"({"cas":["x","","3"]})",
             R"({"append":["x","b"]})", R"({"get":"x"})", R"({"get":"y"})"}) ==
        R"({"value":null} {"ok":true} {"value":"1"} {"ok":true} {"ok":false} {"value":"2"} )"
        R"({"ok":true} {"value":"2a"} {"ok":true} {"value":null} {"ok":false} {"ok":true} )"
        R"({"value":"b"} {"value":null})");
}

TEST_CASE("service: a create is a cas from nothing", "[unit]") {
  CHECK(run("register",
            {R"({"create":"1"})", R"({"create":"2"})", R"("read")", R"({"cas":["1","2"]})"}) ==
        R"({"ok":true} {"ok":false} {"value":"1"} {"ok":true})");
  CHECK(run("kv", {R"({"put":["x","1"]})", R"({"create":["x","2"]})", R"({"create":["y","2"]})",
                   R"({"delete":"x"})", R"({"create":["x","3"]})", R"({"get":"x"})"}) ==
        R"({"ok":true} {"ok":false} {"ok":true} {"ok":true} {"ok":true} {"value":"3"})");
}

TEST_CASE("service: a mutex is released by its owner, or by anybody if none is named", "[unit]") {
  CHECK(run("mutex", {R"({"release":"a"})", R"({"acquire":"a"})", R"({"acquire":"b"})",
                      R"({"release":"b"})", R"({"release":"a"})", R"({"acquire":"b"})",
                      R"({"release":""})", R"({"release":""})"}) ==
        R"({"ok":false} {"ok":true} {"ok":false} {"ok":false} {"ok":true} {"ok":true} )"
        R"({"ok":true} {"ok":false})");
}

TEST_CASE("service: queues give the oldest element, stacks the youngest", "[unit]") {
  CHECK(run("queue", {R"("dequeue")", R"({"enqueue":"a"})", R"({"enqueue":"b"})", R"("dequeue")",
                      R"("dequeue")", R"("dequeue")"}) ==
        R"({"value":null} {"ok":true} {"ok":true} {"value":"a"} {"value":"b"} {"value":null})");
  CHECK(run("stack", {R"("pop")", R"({"push":"a"})", R"({"push":"b"})", R"("pop")", R"("pop")",
                      R"("pop")"}) ==
        R"({"value":null} {"ok":true} {"ok":true} {"value":"b"} {"value":"a"} {"value":null})");
}

TEST_CASE("service: sets add, remove, tell and list their members", "[unit]") {
  CHECK(run("set", {R"({"add":"b"})", R"({"add":"a"})", R"({"add":"a"})", R"("read")",
                    R"({"contains":"b"})", R"({"remove":"b"})", R"({"remove":"b"})",
                    R"({"contains":"b"})", R"("read")"}) ==
        R"({"ok":true} {"ok":true} {"ok":true} {"values":["a","b"]} {"present":true} )"
        R"({"ok":true} {"ok":true} {"present":false} {"values":["a"]})");
}

TEST_CASE("service: what a result is written as reads back as that result", "[unit]") {
  for (const std::string& name : models::service::service_names()) {
    const ServiceType& type = service(name);
    REQUIRE(type.parse_result != nullptr);
    engine::ServiceState state(type);
    for (std::uint32_t step = 0; step < 60; ++step) {
      const std::string value = "v" + std::to_string(step % 7);
      const engine::Operation operation =
          type.generate(type.kinds[step % type.kinds.size()], {"k", value, "v1"});
      const engine::Result result = state.apply(operation);
      INFO(name << " " << operation.to_json() << " -> " << result.to_json());
      CHECK(type.parse_result(engine::parse_json(result.to_json(), "f")) == result);
    }
    CHECK_THROWS_AS(type.parse_result(engine::parse_json(R"({"nothing":1})", "f")),
                    engine::InputError);
  }
}

TEST_CASE("service: register reads, writes and compares", "[unit]") {
  CHECK(run("register", {R"("read")", R"({"cas":["","1"]})", R"({"write":"1"})",
                         R"({"cas":["1","2"]})", R"({"cas":["1","3"]})", R"({"read":null})"}) ==
        R"({"value":null} {"ok":false} {"ok":true} {"ok":true} {"ok":false} {"value":"2"})");
}

TEST_CASE("service: a file notes with its writes what was foretold of them", "[unit]") {
  namespace models_service = models::service;
  const ServiceType& type = service("file");
  CHECK(models_service::has_foretold(type));
  CHECK_FALSE(models_service::has_foretold(service("register")));
  const engine::Operation write = parse("file", R"({"write":"a"})");
  CHECK(models_service::is_foretold(write));
  CHECK_FALSE(models_service::is_foretold(parse("file", R"("read")")));
  CHECK_FALSE(models_service::is_foretold(parse("kv", R"({"put":["x","a"]})")));
  const engine::Operation dated = models_service::with(write, {engine::nanoseconds(17), 1});
  CHECK(dated.to_json() == R"({"write":["a",17,1]})");
  CHECK(parse("file", dated.to_json()) == dated);
  engine::ServiceState state(type);
  CHECK(state.apply(dated).to_json() == R"({"ok":true})");
  CHECK(engine::to_json(state) == R"({"value":"a","written":{"at":"17ns","tag":1}})");
  // Nobody foretold this one: the date stays.
  state.apply(write);
  CHECK(engine::to_json(state) == R"({"value":"a","written":{"at":"17ns","tag":1}})");
  CHECK(error_of("file", R"({"write":["a","soon",1]})") ==
        "f:1:1: error: 'soon' is not an integer\nhint: write a whole number, 0 or more");
  CHECK(error_of("file", R"({"write":["a"]})") ==
        "f:1:1: error: 'write' takes [value, nanoseconds, tag]\nhint: write { write: [value, "
        "nanoseconds, tag] }");
}

TEST_CASE("service: list keeps the order of its appends", "[unit]") {
  CHECK(run("list", {R"("read")", R"({"append":"a"})", R"({"append":"b"})", R"("read")"}) ==
        R"({"values":[]} {"ok":true} {"ok":true} {"values":["a","b"]})");
}

TEST_CASE("service: counter adds, and wraps around", "[unit]") {
  CHECK(run("counter", {R"({"add":3})", R"({"add":-5})", R"("read")",
                        R"({"add":-9223372036854775807})", R"("read")"}) ==
        R"({"ok":true} {"ok":true} {"value":-2} {"ok":true} {"value":9223372036854775807})");
}

TEST_CASE("service: lock gives growing tokens to one holder at a time", "[unit]") {
  CHECK(run("lock", {R"({"acquire":"a"})", R"({"acquire":"a"})", R"("read")", R"({"release":2})",
                     R"({"release":1})", R"({"release":1})", R"({"acquire":"b"})",
                     R"({"release":0})", R"("read")"}) ==
        R"({"token":1} {"token":null} {"owner":"a","token":1} {"ok":false} {"ok":true} )"
        R"({"ok":false} {"token":2} {"ok":true} {"owner":null,"token":2})");
}

TEST_CASE("service: wrong operations are input errors with place and hint", "[unit][input]") {
  CHECK(error_of("kv", R"({"gett":"x"})") ==
        "f:1:1: error: unknown operation 'gett'\nhint: did you mean 'get'?");
  CHECK(error_of("kv", R"("read")") ==
        "f:1:1: error: unknown operation 'read'\nhint: known operations: get, put, append, cas, "
        "create, delete");
  CHECK(error_of("kv", R"({"put":"x"})") ==
        "f:1:1: error: 'put' takes [key, value]\nhint: write { put: [key, value] }");
  CHECK(error_of("kv", R"({"cas":["x","1"]})") ==
        "f:1:1: error: 'cas' takes [key, expected, value]\nhint: write { cas: [key, expected, "
        "value] }");
  CHECK(error_of("kv", R"("get")") == "f:1:1: error: 'get' takes key\nhint: write { get: key }");
  CHECK(error_of("kv", R"({"put":["x",[1]]})") ==
        "f:1:1: error: expected value, found a list\nhint: write one value, without '[ ]' and "
        "without '- ' before it");
  CHECK(
      error_of("kv", R"({"get":"x","put":["x","1"]})") ==
      "f:1:1: error: expected one operation\nhint: write { name: argument }, where name is one of: "
      "get, put, append, cas, create, delete");
  CHECK(error_of("register", R"({"read":"x"})") ==
        "f:1:1: error: 'read' takes no argument\nhint: write read");
  CHECK(error_of("counter", R"({"add":"many"})") ==
        "f:1:1: error: 'many' is not an integer\nhint: write a whole number");
  CHECK(error_of("lock", R"({"release":-1})") ==
        "f:1:1: error: '-1' is out of range\nhint: allowed: 0 .. 9223372036854775807");
}

TEST_CASE("service: what is generated can be read back from its JSON", "[unit]") {
  for (const std::string& name : models::service::service_names()) {
    for (const std::string& kind : service(name).kinds) {
      const engine::Operation operation = service(name).generate(kind, {"k", "new", "old"});
      INFO(name << " " << kind << " " << operation.to_json());
      CHECK(parse(name, operation.to_json()) == operation);
    }
  }
}

TEST_CASE("service: purity, prediction and shape keep what they promise", "[unit]") {
  // Many states, all kinds: a pure operation changes nothing anywhere, a prediction is the result,
  // and a shape tells the truth.
  for (const std::string& name : models::service::service_names()) {
    const ServiceType& type = service(name);
    std::uint64_t seed = 0;
    const auto chance = [&](std::uint64_t bound) {
      return engine::below(engine::draw(7, engine::Domain::test, seed++), bound);
    };
    engine::Payload state = type.initial;
    std::uint64_t pure = 0;
    for (int step = 0; step < 5'000; ++step) {
      if (chance(50) == 0) state = type.initial;
      engine::OperationTemplate request{"k", "v" + std::to_string(chance(3)), ""};
      request.earlier_value = "v" + std::to_string(chance(3));
      const std::size_t kind = chance(type.kinds.size());
      const engine::Operation operation = type.generate(type.kinds[kind], request);
      const auto [next, result] = type.apply(state, operation);
      INFO(name << " " << operation.to_json() << " -> " << result.to_json());
      if (type.is_pure(operation, result)) {
        ++pure;
        REQUIRE(next == state);
      }
      if (type.predict != nullptr) {
        const auto predicted = type.predict(operation);
        if (predicted) REQUIRE(*predicted == result);
      }
      engine::Shape shape;
      if (type.shape != nullptr) shape = type.shape(operation, result);
      if (shape.kind == engine::Shape::Kind::read) REQUIRE(next == state);
      if (shape.kind == engine::Shape::Kind::failed_cas) REQUIRE(next == state);
      if (shape.kind == engine::Shape::Kind::write) {
        REQUIRE(next == type.apply(type.initial, operation).first);
      }
      state = next;
    }
    CHECK(pure > 300);  // queues are rarely empty
    CHECK(pure < 4'500);
  }
}

}  // namespace stampede::tests
