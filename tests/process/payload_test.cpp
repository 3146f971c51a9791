#include "engine/process/payload.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

using namespace stampede;

namespace {

/// A size class that nothing else here has.
struct Brick {
  std::array<std::uint64_t, 40> clay{};
};
STAMPEDE_VALUE(Brick, clay);

Brick brick(std::uint64_t number) {
  Brick made;
  made.clay[7] = number;
  return made;
}

/// Where 500 payloads lay, which live at the same time and hold what they were made with.
std::set<const void*> places() {
  std::vector<engine::Payload> payloads;
  std::set<const void*> places;
  for (std::uint64_t i = 0; i < 500; ++i) {
    payloads.push_back(engine::Payload::of(brick(i)));
    places.insert(payloads.back().content());
  }
  for (std::uint64_t i = 0; i < 500; ++i) REQUIRE(payloads[i] == engine::Payload::of(brick(i)));
  return places;
}

}  // namespace

TEST_CASE("payload: blocks never overlap, and are used again", "[unit]") {
  const std::set<const void*> first = places();
  CHECK(first.size() == 500);
  const void* before = nullptr;
  for (const void* place : first) {
    if (before != nullptr)
      REQUIRE(static_cast<const std::byte*>(place) - static_cast<const std::byte*>(before) >=
              static_cast<std::ptrdiff_t>(sizeof(Brick)));
    before = place;
  }
  if (engine::detail::pooled) CHECK(places() == first);
}

TEST_CASE("payload: the blocks of a thread that has ended are used by the next one", "[unit]") {
  std::set<const void*> first;
  std::set<const void*> second;
  engine::Payload survivor;
  std::thread([&] {
    first = places();
    survivor = engine::Payload::of(brick(1000));
  }).join();
  std::thread([&] { second = places(); }).join();
  CHECK(survivor.as<Brick>() == brick(1000));
  CHECK(!second.contains(survivor.content()));
  if (!engine::detail::pooled) return;
  std::size_t again = 0;
  for (const void* place : second) again += first.contains(place) ? 1 : 0;
  CHECK(again >= 490);
}
