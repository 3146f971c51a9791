#include "checkers/transactions/schedule.hpp"

#include <algorithm>
#include <queue>

namespace stampede::checkers {
namespace {

/// A graph of moments that only says what comes before what.
class Precedence {
 public:
  Precedence(std::size_t moments, Allowance& allowance) : allowance_(allowance) {
    allowance_.assign(first_, moments + 1, std::size_t{0});
    allowance_.assign(deadlines_, moments, UINT64_MAX);
  }
  Precedence(const Precedence&) = delete;
  Precedence& operator=(const Precedence&) = delete;
  ~Precedence() {
    allowance_.free(added_);
    allowance_.free(first_);
    allowance_.free(heads_);
    allowance_.free(deadlines_);
  }

  void add(std::uint32_t earlier, std::uint32_t later) {
    allowance_.push(added_, std::pair{earlier, later});
  }
  void set_deadline(std::uint32_t moment, std::uint64_t deadline) { deadlines_[moment] = deadline; }

  /// All moments, of those that may come next the one with the first deadline, its own or that of
  /// one that must come behind it. Nothing if there is a cycle.
  std::optional<std::vector<std::uint32_t>> sort() {
    for (const auto& [earlier, later] : added_) ++first_[earlier + 1];
    for (std::size_t at = 1; at < first_.size(); ++at) first_[at] += first_[at - 1];
    allowance_.assign(heads_, added_.size(), 0U);
    std::vector<std::uint32_t> missing;
    allowance_.assign(missing, deadlines_.size(), 0U);
    for (const auto& [earlier, later] : added_) {
      heads_[first_[earlier] + missing[earlier]++] = later;
    }
    allowance_.free(added_);
    std::vector<std::uint32_t> order = sort_by([](std::uint32_t) { return 0U; }, missing);
    if (order.size() < deadlines_.size()) return std::nullopt;
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      for_each_behind(*at, [&](std::uint32_t later) {
        deadlines_[*at] = std::min(deadlines_[*at], deadlines_[later]);
      });
    }
    allowance_.free(order);
    order = sort_by([&](std::uint32_t moment) { return deadlines_[moment]; }, missing);
    allowance_.free(missing);
    return order;
  }

 private:
  template <class Visit>
  void for_each_behind(std::uint32_t moment, const Visit& visit) {
    allowance_.work();
    for (std::size_t at = first_[moment]; at < first_[moment + 1]; ++at) visit(heads_[at]);
  }

  template <class Rank>
  std::vector<std::uint32_t> sort_by(const Rank& rank, std::vector<std::uint32_t>& missing) {
    std::fill(missing.begin(), missing.end(), 0U);
    for (const std::uint32_t later : heads_) ++missing[later];
    using Entry = std::pair<std::uint64_t, std::uint32_t>;
    allowance_.hold(deadlines_.size() * 2 * sizeof(Entry));
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    const auto size = static_cast<std::uint32_t>(missing.size());
    for (std::uint32_t moment = 0; moment < size; ++moment) {
      if (missing[moment] == 0) ready.emplace(rank(moment), moment);
    }
    std::vector<std::uint32_t> order;
    allowance_.assign(order, size, 0U);
    order.clear();
    while (!ready.empty()) {
      const std::uint32_t moment = ready.top().second;
      ready.pop();
      order.push_back(moment);
      for_each_behind(moment, [&](std::uint32_t later) {
        if (--missing[later] == 0) ready.emplace(rank(later), later);
      });
    }
    allowance_.release(deadlines_.size() * 2 * sizeof(Entry));
    return order;
  }

  Allowance& allowance_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> added_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> heads_;
  std::vector<std::uint64_t> deadlines_;
};

}  // namespace

std::optional<std::vector<std::uint32_t>> find_order(const Inference& inference,
                                                     Dependencies allowed, Allowance& allowance) {
  const DependencyGraph& graph = inference.graph();
  const auto& transactions = inference.observations().transactions();
  Precedence precedence(graph.size(), allowance);
  for (std::uint32_t from = 0; from < graph.size(); ++from) {
    for (const auto& edge : graph.from(from)) {
      if (allowed.has(edge.kind)) precedence.add(from, edge.to);
    }
  }
  for (std::uint32_t number = 0; number < transactions.size(); ++number) {
    precedence.set_deadline(number, transactions[number].responded_at);
  }
  auto order = precedence.sort();
  if (!order) return std::nullopt;
  order->erase(std::remove_if(order->begin(), order->end(),
                              [&](std::uint32_t vertex) {
                                return vertex >= graph.transactions() ||
                                       !inference.happened(vertex);
                              }),
               order->end());
  return order;
}

std::optional<std::vector<Moment>> find_schedule(const Inference& inference, Allowance& allowance) {
  const DependencyGraph& graph = inference.graph();
  const auto& transactions = inference.observations().transactions();
  const std::uint32_t count = graph.transactions();
  // Of each transaction its beginning and its commit, then the junctions.
  const auto begin = [](std::uint32_t number) { return 2 * number; };
  const auto commit = [](std::uint32_t number) { return 2 * number + 1; };
  Precedence precedence(std::size_t{count} + graph.size(), allowance);
  for (std::uint32_t number = 0; number < count; ++number) {
    precedence.add(begin(number), commit(number));
    precedence.set_deadline(begin(number), transactions[number].responded_at);
    precedence.set_deadline(commit(number), transactions[number].responded_at);
  }
  for (std::uint32_t from = 0; from < graph.size(); ++from) {
    for (const auto& edge : graph.from(from)) {
      const bool rw = edge.kind == Dependency::rw;
      const std::uint32_t earlier = from >= count ? count + from : rw ? begin(from) : commit(from);
      const std::uint32_t later = edge.to >= count ? count + edge.to
                                  : rw             ? commit(edge.to)
                                                   : begin(edge.to);
      precedence.add(earlier, later);
    }
  }
  const auto order = precedence.sort();
  if (!order) return std::nullopt;
  std::vector<Moment> schedule;
  allowance.hold(order->size() * sizeof(Moment));
  schedule.reserve(order->size());
  for (const std::uint32_t moment : *order) {
    if (moment >= 2 * count || !inference.happened(moment / 2)) continue;
    schedule.push_back({moment / 2, moment % 2 == 1});
  }
  return schedule;
}

}  // namespace stampede::checkers
