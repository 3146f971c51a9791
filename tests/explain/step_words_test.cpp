#include "explain/step_words.hpp"

#include <catch2/catch.hpp>

#include "engine/process/payload.hpp"

namespace {

using namespace stampede;

struct Parcel {
  std::string words{};
  bool sealed = false;
};
STAMPEDE_VALUE(Parcel, words, sealed);

struct Posted {
  std::uint64_t number = 0;
  Parcel parcel{};
  std::vector<std::uint64_t> weights{};
};
STAMPEDE_VALUE(Posted, number, parcel, weights);

struct Crowded {
  std::uint64_t one = 1;
  std::uint64_t two = 2;
  std::uint64_t three = 3;
  std::uint64_t four = 4;
};
STAMPEDE_VALUE(Crowded, one, two, three, four);

template <class T>
std::string content_of(const T& message) {
  const engine::NodeNames names({"r0"});
  return explain::StepWords(names).content(engine::Payload::of(message));
}

}  // namespace

TEST_CASE("step words: what is nested in a message is told up to 48 letters", "[explain]") {
  // `{words: ` and `}` are nine of them.
  const std::string most(39, 'w');
  CHECK(content_of(Posted{7, {most, false}, {}}) == "{number: 7, parcel: {words: " + most + "}}");
  CHECK(content_of(Posted{7, {most + "w", false}, {}}) == "{number: 7}");
  CHECK(content_of(Posted{7, {}, {1, 2}}) == "{number: 7, weights: [1, 2]}");
  CHECK(content_of(Posted{7, {}, {}}) == "{number: 7}");
}

TEST_CASE("step words: three members of a message are told", "[explain]") {
  CHECK(content_of(Crowded{}) == "{one: 1, two: 2, three: 3}");
}
