#include "engine/core/edit.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "engine/core/edited.hpp"
#include "engine/core/random.hpp"
#include "engine/core/shared_log.hpp"

namespace {

using namespace stampede;

std::string edit_of(const std::string& before, const std::string& after) {
  engine::JsonWriter json;
  engine::write_text_edit(json, before, after);
  return json.take();
}

struct Shelf {
  std::uint64_t number = 0;
  engine::SharedLog<std::uint64_t> log{};
};
STAMPEDE_VALUE(Shelf, number, log);

struct Library {
  Shelf own{};
  Shelf lent{};
  std::map<std::uint64_t, std::string> readers{};
  using Inlined = engine::Inlined<&Library::own>;
};
STAMPEDE_VALUE(Library, own, lent, readers);

std::string edit_between(const Library& before, const Library& after) {
  engine::JsonWriter json;
  engine::write_edit(json, before, after);
  return json.take();
}

engine::Document tree(const std::string& json) { return engine::parse_json(json, "value"); }

engine::Document edited(engine::Document value, const engine::Document& edit) {
  engine::apply_edit(value, edit);
  return value;
}

}  // namespace

TEST_CASE("edits: what stayed is not told again", "[core]") {
  CHECK(edit_of("1", "2") == R"({"to":2})");
  CHECK(edit_of("null", R"({"log":[]})") == R"({"to":{"log":[]}})");
  CHECK(edit_of(R"({"a":1,"b":{"c":[1,2],"d":0}})", R"({"a":1,"b":{"c":[1,2,3],"d":0}})") ==
        R"({"in":[["b",{"in":[["c",{"at":2,"out":0,"put":[3]}]]}]]})");
  CHECK(edit_of("[1,2,3,4]", "[1,4]") == R"({"at":1,"out":2,"put":[]})");
  CHECK(edit_of("[[1,2],[3,4]]", "[[1,2],[3,5]]") == R"({"in":[[1,{"in":[[1,{"to":5}]]}]]})");
  CHECK(edit_of("[1,1]", "[1,1,1]") == R"({"at":2,"out":0,"put":[1]})");
  CHECK(edit_of("[1,1,1]", "[1,1]") == R"({"at":2,"out":1,"put":[]})");
  CHECK(edit_of(R"({"a":1})", R"({"a":1,"b":2})") == R"({"to":{"a":1,"b":2}})");
}

TEST_CASE("edits: any value is made of any other", "[core]") {
  const std::vector<std::string> values = {
      "null",
      "7",
      "true",
      R"("a,]}\"\\")",
      "[]",
      "{}",
      "[[]]",
      "[{},[],0]",
      R"({"":null})",
      "[1,12,[1]]",
      "[12,1,[12]]",
      R"({"log":[{"put":["x","ü🐘"]},"},{",[]],"n":-1})",
      R"({"log":[{"put":["x","ä🐘"]},"},{",[1]],"n":-1})",
      R"({"log":[{"put":["x","ü🐘"]},{"get":"\\\"["}],"n":10000000000000000000})",
      R"({"n":1,"log":[]})",
      R"({"a\"b":[1,2,3],"ü":{"x":0}})",
      R"({"a\"b":[2,3],"ü":{"x":"🐘"}})",
  };
  for (const std::string& before : values) {
    for (const std::string& after : values) {
      INFO(before << " -> " << after);
      CHECK(edited(tree(before), tree(edit_of(before, after))) == tree(after));
    }
  }
}

TEST_CASE("edits: of a value only what changed is told, of a log only what is new", "[core]") {
  Library before;
  for (std::uint64_t i = 1; i <= 1'000; ++i) before.own.log.push_back(i);
  Library after = before;
  CHECK(edit_between(before, after) == R"({"in":[]})");
  after.own.log.push_back(7);
  CHECK(edit_between(before, after) == R"({"in":[["log",{"at":1000,"out":0,"put":[7]}]]})");
  after = before;
  after.own.log = before.own.log.replaced(3, 0);
  after.lent.number = 1;
  after.readers[4] = "r";
  CHECK(edit_between(before, after) ==
        R"({"in":[["log",{"at":2,"out":1,"put":[0]}],["lent",{"in":[["number",{"to":1}]]}],)"
        R"(["readers",{"at":0,"out":0,"put":[[4,"r"]]}]]})");
}

TEST_CASE("edits: any described value is made of any other", "[core]") {
  std::vector<Library> values(6);
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    const auto pick = [&](std::uint64_t what, std::uint64_t bound) {
      return engine::below(engine::draw(5, engine::Domain::test, engine::mix(i, what)), bound);
    };
    const Library before = values[pick(1, values.size())];
    Library& after = values[pick(2, values.size())];
    engine::SharedLog<std::uint64_t>& log = pick(3, 2) == 0 ? after.own.log : after.lent.log;
    switch (pick(4, 12)) {
      case 0:
        log.truncate(log.base() + pick(5, log.size() - log.base() + 1));
        break;
      case 1:
        if (log.size() > log.base())
          log = log.forgetting(log.base() + pick(5, log.size() - log.base()) + 1);
        break;
      case 2:
        after.readers[pick(5, 5)] = std::to_string(pick(6, 3));
        break;
      case 3:
        after.readers.erase(pick(5, 5));
        break;
      case 4:
        after = before;
        break;
      default:
        log.push_back(pick(5, 3));
    }
    INFO(engine::to_json(before) << " -> " << engine::to_json(after));
    REQUIRE(edited(tree(engine::to_json(before)), tree(edit_between(before, after))) ==
            tree(engine::to_json(after)));
  }
}
