#include "checkers/linearizability/search/timeline.hpp"

#include <algorithm>
#include <bit>

namespace stampede::checkers {
namespace {

class FreeSlots {
 public:
  std::uint32_t take_lowest() {
    std::size_t word = first_;
    while (word < free_.size() && free_[word] == 0) ++word;
    if (word == free_.size()) free_.push_back(~std::uint64_t{0});
    first_ = word;
    const int bit = std::countr_zero(free_[word]);
    free_[word] &= free_[word] - 1;
    return static_cast<std::uint32_t>(64 * word) + static_cast<std::uint32_t>(bit);
  }
  void give_back(std::uint32_t slot) {
    free_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    first_ = std::min<std::size_t>(first_, slot / 64);
  }

 private:
  std::vector<std::uint64_t> free_;
  std::size_t first_ = 0;  // no word before it has a free slot
};

}  // namespace

Timeline::Timeline(const Part& part, const std::vector<bool>& ignored, Patience& patience)
    : responses(responses_of(part)), slots(part.operations.size(), no_slot) {
  const std::uint64_t end = responses.empty() ? 0 : part.operations[responses.back()].responded_at;
  for (std::uint32_t index = 0; index < part.operations.size(); ++index) {
    patience.spend();
    const PartOperation& operation = part.operations[index];
    if (operation.is_open() && !ignored[index] && operation.invoked_at < end) {
      slots[index] = open_slot_count++;
    }
  }
  slot_count = open_slot_count;
  FreeSlots free;
  std::uint32_t invoked = 0;
  invoked_before.reserve(responses.size());
  for (const std::uint32_t responding : responses) {
    patience.spend();
    const std::uint64_t time = part.operations[responding].responded_at;
    for (; invoked < part.operations.size() && part.operations[invoked].invoked_at < time;
         ++invoked) {
      if (part.operations[invoked].is_open()) continue;
      slots[invoked] = open_slot_count + free.take_lowest();
      slot_count = std::max(slot_count, slots[invoked] + 1);
    }
    invoked_before.push_back(invoked);
    free.give_back(slots[responding] - open_slot_count);
  }
}

}  // namespace stampede::checkers
