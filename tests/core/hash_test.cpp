// The hash of digests and visited sets.
#include "engine/core/hash.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "engine/core/shared_log.hpp"

namespace stampede::tests {
namespace {

struct WithLog {
  std::uint64_t before = 0;
  engine::SharedLog<std::uint64_t> log{};
  std::uint64_t after = 0;
};
STAMPEDE_VALUE(WithLog, before, log, after);

// Words that the hash itself is made of, and their neighbours.
constexpr std::uint64_t special[] = {0,
                                     1,
                                     UINT64_MAX,
                                     engine::hash_seed,
                                     engine::hash_seed + 1,
                                     engine::hash_key,
                                     engine::hash_key - 1};

}  // namespace

TEST_CASE("hash: no word makes those before it forgotten", "[unit]") {
  for (const std::uint64_t word : special) {
    std::set<std::uint64_t> hashes;
    for (std::uint64_t before = 0; before < 1000; ++before) {
      engine::Hasher hasher;
      hasher.add(before);
      hasher.add(word);
      hashes.insert(hasher.finish());
    }
    CHECK(hashes.size() == 1000);
  }
}

TEST_CASE("hash: no running hash makes the next word forgotten", "[unit]") {
  for (const std::uint64_t state :
       {std::uint64_t{0}, std::uint64_t{1}, engine::hash_seed, engine::hash_key}) {
    std::set<std::uint64_t> hashes;
    for (std::uint64_t word = 0; word < 1000; ++word) hashes.insert(engine::mix(state, word));
    CHECK(hashes.size() == 1000);
  }
}

TEST_CASE("hash: values that differ before an empty log have different hashes", "[unit]") {
  CHECK(engine::hash_of(WithLog{1, {}, 0}) != engine::hash_of(WithLog{4, {}, 0}));
  CHECK(engine::hash_of(WithLog{1, {}, 0}) != engine::hash_of(WithLog{1, {}, 4}));
}

}  // namespace stampede::tests
