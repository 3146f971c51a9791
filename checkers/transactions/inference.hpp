// What the reads tell of the order of versions, and so of transactions (Kingsbury and Alvaro, VLDB
// 2020); and what is wrong without any cycle.
//
// 1. Lists: each element is appended once, so the longest read of a key is the order of its
//    versions; what was appended and never seen comes behind, in any order.
// 2. Registers: each value is written once; all versions come behind the initial one, and what a
//    transaction wrote comes behind what it read before. Other pairs stay open.
// 3. A transaction counts if it committed, or if its outcome is unknown and something that it wrote
//    was read. Of keys whose writers cannot be told no order is inferred, and only what is wrong
//    whoever wrote is reported.
#pragma once

#include <string>
#include <vector>

#include "checkers/transactions/dependency_graph.hpp"
#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/observations.hpp"

namespace stampede::checkers {

/// The anomaly that something was read which nobody wrote.
constexpr const char* unwritten_value = "unwritten";

class Inference {
 public:
  /// The transactions must outlive this.
  Inference(const std::vector<Transaction>& transactions, Obeys obeys, Allowance& allowance);

  [[nodiscard]] const Observations& observations() const { return observations_; }
  [[nodiscard]] const DependencyGraph& graph() const { return graph_; }
  /// Those without a cycle: internal, unwritten, duplicate-elements, incompatible-order, G1a, G1b,
  /// dirty-update, future-read, lost-update. One example of each kind and level.
  [[nodiscard]] const std::vector<Anomaly>& anomalies() const { return anomalies_; }
  [[nodiscard]] bool happened(std::uint32_t transaction) const { return happened_[transaction]; }

 private:
  using End = DependencyGraph::End;
  using Read = Observations::Read;

  /// Items of each key, next to each other.
  struct ByKey {
    std::vector<std::uint32_t> items;
    std::vector<std::uint32_t> first;
    [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t key) const {
      return {items.data() + first[key], items.data() + first[key + 1]};
    }
  };
  template <class Item>
  ByKey group(const std::vector<Item>& items);

  void find_what_happened();
  void order_lists();
  void order_list(std::uint32_t key);
  void check_list(std::uint32_t number, const Read& longest);
  void check_ambiguous_list(std::uint32_t key);
  void check_ambiguous_register(std::uint32_t key);
  void check_ambiguous_source(const Read& read, const std::string& value);
  [[nodiscard]] std::uint32_t appended_before(std::uint32_t version) const;
  void report_own(const Read& read, std::uint32_t version);
  void check_order(std::uint32_t key, std::span<const std::uint32_t> order);
  /// Of the version that a read saw as the latest one.
  void check_source(const Read& read, std::uint32_t version);
  void infer_list(std::uint32_t key);
  void infer_register(std::uint32_t key);
  void find_lost_updates(std::uint32_t key);
  void add_sessions();
  void add_real_time();

  void report(const char* name, Level level, std::string text, std::vector<std::uint32_t> involved);
  void report_unwritten(const Read& read, const std::string& value);
  [[nodiscard]] std::string key_name(std::uint32_t key) const;
  [[nodiscard]] std::string element(std::uint32_t version) const;
  [[nodiscard]] std::uint32_t owner(std::uint32_t version) const;
  /// The transaction's last version of the key at hand, or none.
  [[nodiscard]] std::uint32_t final_version(std::uint32_t transaction) const;
  void note_final_versions(std::uint32_t key);

  Allowance& allowance_;
  std::vector<Anomaly> anomalies_;
  Observations observations_;
  DependencyGraph graph_;
  std::vector<bool> happened_;
  ByKey reads_;
  ByKey versions_;
  /// Lists: the versions of the longest read, and from where on they are those of a key. None
  /// stands for what nobody wrote.
  std::vector<std::uint32_t> order_;
  std::vector<std::size_t> order_first_;
  /// By version.
  std::vector<bool> is_in_order_;
  /// By read: whether it is a prefix of the longest one.
  std::vector<bool> fits_;
  /// Versions in reads that are none.
  std::vector<std::uint32_t> seen_elsewhere_;
  /// By transaction: where the order of the list at hand has its first element.
  std::vector<std::uint32_t> first_place_;
  /// By transaction: a version of the key at hand.
  std::vector<std::uint32_t> final_version_;
};

}  // namespace stampede::checkers
