#include "viewer/edits.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/viewer/edited.hpp"

namespace {

using namespace stampede;

std::string edit_of(const std::string& before, const std::string& after) {
  engine::JsonWriter json;
  viewer::write_edit(json, before, after);
  return json.take();
}

}  // namespace

TEST_CASE("edits: what stayed is not told again", "[viewer]") {
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

TEST_CASE("edits: any value is made of any other", "[viewer]") {
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
      const auto tree = [](const std::string& json) { return engine::parse_json(json, "value"); };
      CHECK(edited(tree(before), tree(edit_of(before, after))) == tree(after));
    }
  }
}
