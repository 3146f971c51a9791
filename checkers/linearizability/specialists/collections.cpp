#include "checkers/linearizability/specialists/collections.hpp"

#include <algorithm>

#include "checkers/open_shape.hpp"
#include "checkers/value_pool.hpp"

namespace stampede::checkers {

using engine::Shape;

std::optional<Collection> make_collection(const engine::History& history,
                                          const engine::ServiceType& type, const Part& part,
                                          Patience& patience) {
  if (type.shape == nullptr) return std::nullopt;
  Collection collection;
  ValuePool texts;
  std::vector<const std::vector<std::string>*> lists(part.operations.size(), nullptr);
  bool decided = false;
  collection.entries.resize(part.operations.size());
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    patience.spend();
    const engine::HistoryOperation& seen = history.operations()[part.operations[index].position];
    const bool open = part.operations[index].is_open();
    const auto [result, shape] = shape_of(type, seen, open);
    if (shape.kind == Shape::Kind::read_list) {
      if (!open) lists[index] = shape.list;
      continue;
    }
    const bool set = shape.kind == Shape::Kind::add_member;
    if (!set && shape.kind != Shape::Kind::append) return std::nullopt;
    if (decided && collection.is_set != set) return std::nullopt;
    decided = true;
    collection.is_set = set;
    collection.entries[index].element = texts.intern(shape.writes.text());
    if (texts.size() == collection.addition.size()) return std::nullopt;  // added before
    collection.addition.push_back(static_cast<std::uint32_t>(index));
  }
  // A history of reads alone says nothing about the kind; the general search judges it at once.
  if (!decided) return std::nullopt;
  for (std::size_t index = 0; index < lists.size(); ++index) {
    if (lists[index] == nullptr) continue;
    patience.spend(1 + lists[index]->size());
    std::vector<std::uint32_t>& seen = collection.entries[index].seen;
    seen.reserve(lists[index]->size());
    for (const std::string& text : *lists[index])
      seen.push_back(texts.find(std::string_view(text)));
    if (!collection.is_set) continue;
    // Sets are read in the order of their texts; here that of their numbers serves.
    if (!std::is_sorted(lists[index]->begin(), lists[index]->end())) return std::nullopt;
    std::sort(seen.begin(), seen.end());
    const bool repeats = std::adjacent_find(seen.begin(), seen.end()) != seen.end();
    if (repeats && seen.back() != Collection::unknown) return std::nullopt;
  }
  return collection;
}

namespace {

class Sweep {
 public:
  Sweep(const Collection& collection, const Part& part, Patience& patience, std::uint32_t end)
      : collection_(collection),
        part_(part),
        patience_(patience),
        end_(end),
        count_(part.operations.size()) {
    while (count_ > 0 && part.operations[count_ - 1].invoked_at > end) --count_;
  }

  CollectionAnswer judge() {
    if (collect_reads() && check_reads() && group_elements()) sweep();
    return std::move(answer_);
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  [[nodiscard]] const std::vector<std::uint32_t>& seen(std::uint32_t read) const {
    return collection_.entries[read].seen;
  }
  [[nodiscard]] bool is_open(std::uint32_t index) const {
    return part_.operations[index].responded_at > end_;
  }

  bool fail(std::vector<std::uint32_t> culprits) {
    // Where the elements come from that were read.
    std::vector<bool> wanted(collection_.addition.size(), false);
    for (const std::uint32_t index : culprits) {
      for (const std::uint32_t element : seen(index)) {
        if (element != Collection::unknown) wanted[element] = true;
      }
    }
    for (const std::uint32_t index : culprits) {
      const std::uint32_t element = collection_.entries[index].element;
      if (element != Collection::reading) wanted[element] = false;
    }
    for (std::uint32_t element = 0; element < wanted.size(); ++element) {
      if (wanted[element]) answer_.origins.push_back(collection_.addition[element]);
    }
    std::sort(culprits.begin(), culprits.end());
    culprits.erase(std::unique(culprits.begin(), culprits.end()), culprits.end());
    answer_.culprits = std::move(culprits);
    return false;
  }

  /// Completed reads, by their size, those of one size in the order of their invocations.
  bool collect_reads() {
    for (std::uint32_t index = 0; index < count_; ++index) {
      patience_.spend();
      if (collection_.entries[index].element != Collection::reading || is_open(index)) continue;
      patience_.spend(seen(index).size());
      reads_.push_back(index);
      for (const std::uint32_t element : seen(index)) {
        if (element == Collection::unknown) return fail({index});
        if (collection_.addition[element] >= count_) return fail({index});
      }
    }
    std::stable_sort(reads_.begin(), reads_.end(), [&](std::uint32_t left, std::uint32_t right) {
      patience_.spend();
      return seen(left).size() < seen(right).size();
    });
    return true;
  }

  bool check_reads() {
    for (std::size_t place = 1; place < reads_.size(); ++place) {
      const std::vector<std::uint32_t>& smaller = seen(reads_[place - 1]);
      const std::vector<std::uint32_t>& larger = seen(reads_[place]);
      patience_.spend(1 + larger.size());
      const bool fine =
          collection_.is_set
              ? std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end())
              : std::equal(smaller.begin(), smaller.end(), larger.begin());
      if (!fine) return fail({reads_[place - 1], reads_[place]});
    }
    return true;
  }

  /// The group of each element seen, and of each read. Groups of reads are even.
  bool group_elements() {
    group_.assign(count_, none);
    std::uint32_t group = 0;
    std::size_t size = 0;
    std::vector<bool> known(collection_.addition.size(), false);
    for (const std::uint32_t read : reads_) {
      const std::vector<std::uint32_t>& elements = seen(read);
      patience_.spend();
      if (elements.size() > size) {
        patience_.spend(elements.size());
        if (collection_.is_set) {
          ++group;
          for (const std::uint32_t element : elements) {
            if (known[element]) continue;
            known[element] = true;
            group_[collection_.addition[element]] = group;
          }
          ++group;
        } else {
          for (std::size_t place = size; place < elements.size(); ++place) {
            if (known[elements[place]]) return fail({read});  // read twice, added once
            known[elements[place]] = true;
            group_[collection_.addition[elements[place]]] = group + 1;
            group += 2;
          }
        }
        size = elements.size();
      }
      group_[read] = group;
    }
    last_group_ = group + 1;
    for (std::uint32_t index = 0; index < count_; ++index) {
      patience_.spend();
      const bool addition = collection_.entries[index].element != Collection::reading;
      if (addition && group_[index] == none && !is_open(index)) group_[index] = last_group_;
    }
    return true;
  }

  void sweep() {
    std::vector<std::uint32_t> begin(std::size_t{last_group_} + 2, 0);
    for (const std::uint32_t group : group_) {
      if (group != none) ++begin[group + 1];
    }
    for (std::size_t group = 1; group < begin.size(); ++group) begin[group] += begin[group - 1];
    std::vector<std::uint32_t> order(begin.back());
    std::vector<std::uint32_t> cursor(begin.begin(), begin.end() - 1);
    for (std::uint32_t index = 0; index < count_; ++index) {
      patience_.spend();
      if (group_[index] != none) order[cursor[group_[index]]++] = index;
    }
    std::uint32_t latest = none;
    for (std::size_t group = 0; group + 1 < begin.size(); ++group) {
      for (std::uint32_t place = begin[group]; place < begin[group + 1]; ++place) {
        patience_.spend();
        if (latest != none && !is_open(order[place]) &&
            part_.operations[order[place]].responded_at < part_.operations[latest].invoked_at) {
          fail_pair(latest, order[place]);
          return;
        }
      }
      // Inside a group invocations grow.
      if (begin[group] == begin[group + 1]) continue;
      const std::uint32_t last = order[begin[group + 1] - 1];
      if (latest == none ||
          part_.operations[last].invoked_at > part_.operations[latest].invoked_at) {
        latest = last;
      }
    }
    answer_.linearizable = true;
    answer_.order = std::move(order);
  }

  /// `earlier` must come before `later`, as some reads show: for each addition the smallest one
  /// that sees it.
  void fail_pair(std::uint32_t earlier, std::uint32_t later) {
    std::vector<std::uint32_t> culprits{earlier, later};
    for (const std::uint32_t index : {earlier, later}) {
      if (collection_.entries[index].element == Collection::reading) continue;
      const auto first = std::find_if(reads_.begin(), reads_.end(), [&](std::uint32_t read) {
        return group_[read] > group_[index];
      });
      if (first != reads_.end()) culprits.push_back(*first);
      // And the largest one that does not.
      if (first != reads_.begin() && index == later) culprits.push_back(*(first - 1));
    }
    fail(std::move(culprits));
  }

  const Collection& collection_;
  const Part& part_;
  Patience& patience_;
  std::uint32_t end_;
  std::size_t count_;
  std::vector<std::uint32_t> reads_;
  std::vector<std::uint32_t> group_;
  std::uint32_t last_group_ = 0;
  CollectionAnswer answer_;
};

}  // namespace

CollectionAnswer judge_collection(const Collection& collection, const Part& part,
                                  Patience& patience, std::uint32_t end) {
  return Sweep(collection, part, patience, end).judge();
}

}  // namespace stampede::checkers
