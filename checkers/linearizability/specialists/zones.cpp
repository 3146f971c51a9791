#include "checkers/linearizability/specialists/zones.hpp"

#include <algorithm>

namespace stampede::checkers {
namespace {

using Kind = RegisterOperation::Kind;

constexpr std::uint32_t none = UINT32_MAX;
/// Times are event numbers plus one: 0 is before all events.
constexpr std::uint32_t never = UINT32_MAX;

/// All operations on one value.
struct Cluster {
  std::uint32_t producer = none;
  /// The compare-and-set that ends it.
  std::uint32_t consumer = none;
  std::uint32_t reads = 0;
  std::uint32_t first_read_response = never;
  std::uint32_t last_read_call = 0;
  std::uint32_t block = none;
  /// Place of its first operation in the order.
  std::uint32_t start = 0;
  bool observed = false;
};

struct Block {
  std::uint32_t root = 0;
  std::uint32_t first_response = never;
  std::uint32_t last_call = 0;
};

class Zones {
 public:
  Zones(const RegisterPart& values, const Part& part, Patience& patience, std::uint32_t end)
      : operations_(values.operations),
        part_(part),
        patience_(patience),
        initial_(values.initial),
        end_(end),
        clusters_(values.value_count) {
    count_ = part.operations.size();
    while (count_ > 0 && part.operations[count_ - 1].invoked_at > end) --count_;
  }

  std::optional<ZoneAnswer> judge() {
    // Each pass over a million operations takes a few milliseconds: they are counted as wholes.
    const auto go_on = [&] {
      patience_.spend(count_);
      return true;
    };
    if (go_on() && !collect()) return std::nullopt;
    keep_observed();
    const bool fine = go_on() && check_sources() && go_on() && link_blocks() && go_on() &&
                      check_inside() && go_on() && order_blocks() && go_on();
    if (!fine) return std::move(answer_);
    if (!write_order()) return std::nullopt;
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::uint32_t call(std::uint32_t operation) const {
    return static_cast<std::uint32_t>(part_.operations[operation].invoked_at) + 1;
  }
  [[nodiscard]] std::uint32_t response(std::uint32_t operation) const {
    const std::uint64_t at = part_.operations[operation].responded_at;
    return at > end_ ? never : static_cast<std::uint32_t>(at) + 1;
  }
  [[nodiscard]] bool is_open(std::uint32_t operation) const {
    return part_.operations[operation].responded_at > end_;
  }

  /// Who produces, ends and reads each value; false if two operations produce the same one.
  bool collect() {
    for (std::uint32_t index = 0; index < count_; ++index) {
      const RegisterOperation& operation = operations_[index];
      const bool open = is_open(index);
      switch (operation.kind) {
        case Kind::read: {
          if (open) break;
          Cluster& cluster = clusters_[operation.reads];
          ++cluster.reads;
          cluster.observed = true;
          cluster.first_read_response = std::min(cluster.first_read_response, response(index));
          cluster.last_read_call = call(index);  // they only grow
          break;
        }
        case Kind::write:
        case Kind::cas: {
          Cluster& written = clusters_[operation.writes];
          if (written.producer != none || operation.writes == initial_) return false;
          written.producer = index;
          if (open) {
            open_producers_ = true;
          } else if (operation.kind == Kind::cas) {
            clusters_[operation.reads].observed = true;
          }
          break;
        }
        case Kind::failed_cas:
          // Open in this prefix, it may yet succeed.
          if (open) return false;
          failed_cas_.push_back(index);
          break;
      }
    }
    return true;
  }

  /// Drops open producers of values that nobody observed; what a kept compare-and-set expects is
  /// observed by it.
  void keep_observed() {
    if (!open_producers_) return;
    std::vector<std::uint32_t> observed_by_open;
    for (std::uint32_t value = 0; value < clusters_.size(); ++value) {
      if (clusters_[value].observed) observed_by_open.push_back(value);
    }
    while (!observed_by_open.empty()) {
      const std::uint32_t producer = clusters_[observed_by_open.back()].producer;
      observed_by_open.pop_back();
      if (producer == none || !is_open(producer)) continue;
      if (operations_[producer].kind != Kind::cas) continue;
      Cluster& expected = clusters_[operations_[producer].reads];
      if (expected.observed) continue;
      expected.observed = true;
      observed_by_open.push_back(operations_[producer].reads);
    }
    for (Cluster& cluster : clusters_) {
      if (cluster.producer != none && is_open(cluster.producer) && !cluster.observed) {
        cluster.producer = none;
      }
    }
  }

  bool fail(std::vector<std::uint32_t> culprits) {
    answer_.culprits = std::move(culprits);
    return false;
  }

  /// Every value observed was written, and ended by at most one compare-and-set.
  bool check_sources() {
    for (std::uint32_t index = 0; index < count_; ++index) {
      const RegisterOperation& operation = operations_[index];
      if (operation.kind != Kind::read && operation.kind != Kind::cas) continue;
      const bool kept_cas =
          operation.kind == Kind::cas && clusters_[operation.writes].producer == index;
      if (operation.kind == Kind::cas ? !kept_cas : is_open(index)) continue;
      Cluster& cluster = clusters_[operation.reads];
      if (cluster.producer == none && operation.reads != initial_) return fail({index});
      if (operation.kind == Kind::cas) {
        if (cluster.consumer != none) return fail(with_linked({cluster.consumer, index}));
        cluster.consumer = index;
      }
    }
    return true;
  }

  /// Operations, and all those that change the register to or from their values, directly or not.
  [[nodiscard]] std::vector<std::uint32_t> with_linked(
      std::vector<std::uint32_t> operations) const {
    std::vector<bool> wanted(clusters_.size(), false);
    std::vector<std::vector<std::uint32_t>> links(clusters_.size());
    for (std::uint32_t index = 0; index < count_; ++index) {
      const RegisterOperation& operation = operations_[index];
      if (operation.kind != Kind::cas) continue;
      links[operation.reads].push_back(operation.writes);
      links[operation.writes].push_back(operation.reads);
    }
    std::vector<std::uint32_t> left;
    const auto want = [&](std::uint32_t value) {
      if (value == RegisterOperation::no_value || wanted[value]) return;
      wanted[value] = true;
      left.push_back(value);
    };
    for (const std::uint32_t operation : operations) {
      want(operations_[operation].reads);
      want(operations_[operation].writes);
    }
    while (!left.empty()) {
      const std::uint32_t value = left.back();
      left.pop_back();
      for (const std::uint32_t linked : links[value]) want(linked);
    }
    for (std::uint32_t index = 0; index < count_; ++index) {
      const std::uint32_t written = operations_[index].writes;
      if (written != RegisterOperation::no_value && wanted[written]) operations.push_back(index);
    }
    std::sort(operations.begin(), operations.end());
    operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
    return operations;
  }

  [[nodiscard]] std::uint32_t next_value(std::uint32_t value) const {
    const std::uint32_t consumer = clusters_[value].consumer;
    return consumer == none ? none : operations_[consumer].writes;
  }

  [[nodiscard]] bool is_used(std::uint32_t value) const {
    return clusters_[value].producer != none || clusters_[value].reads > 0 ||
           clusters_[value].consumer != none;
  }

  bool link_blocks() {
    blocks_.reserve(clusters_.size());
    for (std::uint32_t value = 0; value < clusters_.size(); ++value) {
      const std::uint32_t producer = clusters_[value].producer;
      const bool root =
          value == initial_ || (producer != none && operations_[producer].kind == Kind::write);
      if (!root || (value != initial_ && !is_used(value))) continue;
      const auto number = static_cast<std::uint32_t>(blocks_.size());
      Block& block = blocks_.emplace_back();
      block.root = value;
      if (value == initial_) block.first_response = 0;
      for (std::uint32_t member = value; member != none; member = next_value(member)) {
        Cluster& cluster = clusters_[member];
        cluster.block = number;
        if (cluster.producer != none) {
          block.first_response = std::min(block.first_response, response(cluster.producer));
          block.last_call = std::max(block.last_call, call(cluster.producer));
        }
        block.first_response = std::min(block.first_response, cluster.first_read_response);
        block.last_call = std::max(block.last_call, cluster.last_read_call);
      }
    }
    for (std::uint32_t value = 0; value < clusters_.size(); ++value) {
      if (!is_used(value) || clusters_[value].block != none) continue;
      // Compare-and-sets that only follow each other: none of them can be the first.
      return fail(with_linked({clusters_[value].producer}));
    }
    return true;
  }

  /// The order inside a block is forced: no operation may have responded before one that it must
  /// follow was invoked.
  bool check_inside() {
    for (const Block& block : blocks_) {
      std::uint32_t latest_call = 0;
      for (std::uint32_t value = block.root; value != none; value = next_value(value)) {
        const Cluster& cluster = clusters_[value];
        if (cluster.producer != none) {
          if (response(cluster.producer) < latest_call) return fail_inside(block, value);
          latest_call = std::max(latest_call, call(cluster.producer));
        }
        if (cluster.first_read_response < latest_call) return fail_inside(block, value);
        latest_call = std::max(latest_call, cluster.last_read_call);
      }
    }
    return true;
  }

  bool fail_inside(const Block& block, std::uint32_t last) {
    std::vector<std::uint32_t> culprits;
    for (std::uint32_t value = block.root; value != none; value = next_value(value)) {
      add_extremes(value, culprits);
      if (value == last) break;
    }
    return fail(with_linked(std::move(culprits)));
  }

  /// The operations on a value that decide where its block may stand.
  void add_extremes(std::uint32_t value, std::vector<std::uint32_t>& culprits) const {
    const Cluster& cluster = clusters_[value];
    if (cluster.producer != none) culprits.push_back(cluster.producer);
    if (cluster.reads == 0) return;
    patience_.spend(count_);
    for (std::uint32_t index = 0; index < count_; ++index) {
      const RegisterOperation& operation = operations_[index];
      if (operation.kind != Kind::read || operation.reads != value || is_open(index)) continue;
      if (response(index) == cluster.first_read_response || call(index) == cluster.last_read_call) {
        culprits.push_back(index);
      }
    }
  }

  bool fail_pair(const Block& left, const Block& right) {
    std::vector<std::uint32_t> culprits;
    for (const Block* block : {&left, &right}) {
      // Of a long chain only the members at its extremes matter; the others keep it together.
      for (std::uint32_t value = block->root; value != none; value = next_value(value)) {
        const Cluster& cluster = clusters_[value];
        if (cluster.first_read_response == block->first_response ||
            cluster.last_read_call == block->last_call || cluster.consumer == none) {
          add_extremes(value, culprits);
        }
      }
    }
    return fail(with_linked(std::move(culprits)));
  }

  /// The blocks in the order in which their zones begin, perhaps with `none` between them.
  [[nodiscard]] std::vector<std::uint32_t> blocks_by_time() const {
    const auto begin_of = [](const Block& block) {
      return std::min(block.first_response, block.last_call);
    };
    std::uint32_t last_time = 0;
    for (const Block& block : blocks_) last_time = std::max(last_time, begin_of(block));
    std::vector<std::uint32_t> by_time;
    // In a part among many, few events are its own.
    if (last_time / 16 > blocks_.size()) {
      std::vector<std::uint64_t> keys;
      keys.reserve(blocks_.size());
      for (std::uint64_t number = 0; number < blocks_.size(); ++number) {
        keys.push_back(std::uint64_t{begin_of(blocks_[number])} << 32 | number);
      }
      std::sort(keys.begin(), keys.end(), [&](std::uint64_t left, std::uint64_t right) {
        patience_.spend();
        return left < right;
      });
      by_time.reserve(keys.size());
      for (const std::uint64_t key : keys) by_time.push_back(static_cast<std::uint32_t>(key));
      return by_time;
    }
    by_time.resize(std::size_t{last_time} + 1, none);
    for (std::uint32_t number = 0; number < blocks_.size(); ++number) {
      by_time[begin_of(blocks_[number])] = number;
    }
    return by_time;
  }

  /// Blocks in the order of their zones: forward ones by their first response, backward ones by
  /// their last invocation. All these times are different.
  bool order_blocks() {
    const auto is_forward = [](const Block& block) {
      return block.first_response < block.last_call;
    };
    const std::vector<std::uint32_t> by_time = blocks_by_time();
    block_order_.reserve(blocks_.size());
    std::uint32_t latest_forward = none;
    for (const std::uint32_t number : by_time) {
      if (number == none) continue;
      const Block& block = blocks_[number];
      const bool forward = is_forward(block);
      if (latest_forward != none) {
        const Block& before = blocks_[latest_forward];
        // block begins behind the beginning of `before`; they are in conflict if it must also come
        // before it.
        if (block.first_response < before.last_call) return fail_pair(before, block);
      }
      if (forward) latest_forward = number;
      block_order_.push_back(number);
    }
    return true;
  }

  bool write_order() {
    std::uint32_t place = 0;
    for (const std::uint32_t number : block_order_) {
      for (std::uint32_t value = blocks_[number].root; value != none; value = next_value(value)) {
        Cluster& cluster = clusters_[value];
        cluster.start = place;
        place += cluster.reads + (cluster.producer == none ? 0 : 1);
      }
    }
    std::vector<std::uint32_t>& order = answer_.order;
    order.resize(place);
    std::vector<std::uint32_t> cursor(clusters_.size());
    for (std::uint32_t value = 0; value < clusters_.size(); ++value) {
      const Cluster& cluster = clusters_[value];
      if (cluster.block == none) continue;
      cursor[value] = cluster.start;
      if (cluster.producer != none) order[cursor[value]++] = cluster.producer;
    }
    for (std::uint32_t index = 0; index < count_; ++index) {
      const RegisterOperation& operation = operations_[index];
      if (operation.kind == Kind::read && !is_open(index)) {
        order[cursor[operation.reads]++] = index;
      }
    }
    answer_.linearizable = true;
    return failed_cas_.empty() || insert_failed_cas();
  }

  /// Let each operation of the order take effect at the latest invocation among those up to it. A
  /// failed compare-and-set may stand behind k operations if all of them can take effect before its
  /// response, and those that must be over before its invocation are among them.
  bool insert_failed_cas() {
    const std::vector<std::uint32_t>& order = answer_.order;
    std::vector<std::uint32_t> points(order.size());
    std::uint32_t point = 0;
    for (std::size_t place = 0; place < order.size(); ++place) {
      point = std::max(point, call(order[place]));
      points[place] = point;
    }
    const auto points_before = [&](std::uint32_t time) {
      return static_cast<std::uint32_t>(std::lower_bound(points.begin(), points.end(), time) -
                                        points.begin());
    };
    std::vector<std::pair<std::uint32_t, std::uint32_t>> inserted;
    inserted.reserve(failed_cas_.size());
    for (const std::uint32_t index : failed_cas_) {
      patience_.spend(4);
      std::uint32_t place = points_before(call(index));
      const std::uint32_t last_place = points_before(response(index));
      const std::uint32_t value = operations_[index].reads;
      const Cluster& cluster = clusters_[value];
      const bool present = cluster.block != none;
      const std::uint32_t behind_producer = cluster.start + (cluster.producer == none ? 0 : 1);
      const std::uint32_t end = behind_producer + cluster.reads;
      // The value is there behind `behind_producer` to `end` operations.
      if (present && place >= behind_producer && place <= end) place = end + 1;
      if (place > last_place) return false;
      inserted.emplace_back(place, index);
    }
    std::sort(inserted.begin(), inserted.end());
    std::vector<std::uint32_t> merged;
    merged.reserve(order.size() + inserted.size());
    std::size_t next = 0;
    for (std::uint32_t place = 0; place <= order.size(); ++place) {
      for (; next < inserted.size() && inserted[next].first == place; ++next) {
        merged.push_back(inserted[next].second);
      }
      if (place < order.size()) merged.push_back(order[place]);
    }
    answer_.order = std::move(merged);
    return true;
  }

  const std::vector<RegisterOperation>& operations_;
  const Part& part_;
  Patience& patience_;
  std::uint32_t initial_;
  std::uint32_t end_;
  std::size_t count_ = 0;
  std::vector<Cluster> clusters_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> block_order_;
  std::vector<std::uint32_t> failed_cas_;
  bool open_producers_ = false;
  ZoneAnswer answer_;
};

}  // namespace

std::optional<ZoneAnswer> judge_by_zones(const RegisterPart& values, const Part& part,
                                         Patience& patience, std::uint32_t end) {
  if (part.operations.empty() || part.operations.back().invoked_at >= UINT32_MAX / 2) {
    return std::nullopt;
  }
  return Zones(values, part, patience, end).judge();
}

}  // namespace stampede::checkers
