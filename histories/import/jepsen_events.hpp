// From the events of a Jepsen history to operations of a service, or to transactions: pairs
// invocations with completions by process, and chooses the model if none was named.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "histories/import/collector.hpp"
#include "histories/import/operation_mapping.hpp"
#include "histories/import/recent_payloads.hpp"

namespace stampede::histories {

/// Jepsen numbers its clients; what has another name is a nemesis, unless it invokes something.
bool is_client_number(const std::string& process);

/// `invoke`, `ok`, `fail`, `info`.
std::optional<ForeignEvent::Type> find_event_type(std::string_view name);

class JepsenEvents {
 public:
  JepsenEvents(InputText& input, const ImportSettings& settings, ImportedHistory& imported);

  /// What it holds is taken.
  void add(ForeignEvent&& event);
  /// Moves everything into the imported history.
  void finish();

 private:
  struct Open {
    ForeignEvent invocation;
    std::size_t number = 0;
    /// How often it went on after an `info`.
    std::uint32_t lives = 0;
    bool crashed = false;
    bool busy = false;
    /// What is under way is not judged.
    bool passed_over = false;
    bool invokes = false;
    /// After the last transaction that was not invoked: an event that nothing else has.
    std::uint64_t idle_since = 0;
  };

  void sort_in(ForeignEvent&& event);
  bool take_out_of_key(ForeignEvent& event);
  void choose(const ForeignEvent* first);
  void finish_without_operations();
  void take(ForeignEvent&& event);
  std::size_t begin(const ForeignEvent& event);
  engine::Operation operation_of(const ForeignEvent& invocation);
  engine::Result result_of(const ForeignEvent& invocation, const ForeignEvent& completion);
  void complete(Open& open, ForeignEvent& event);
  void refuse_keys(const ForeignEvent& invocation, const ForeignEvent& completion);
  void complete_drain(const Open& open, const ForeignEvent& event);
  void keep_note(std::size_t number, ForeignEvent& event);
  void complete_read_of_bank(const Open& open, const ForeignEvent& event);
  void begin_alone(const ForeignEvent& event, Open& open);
  void go_on_as_another(const std::string& process, Open& open);
  std::size_t begin_transaction(const ForeignEvent& event, const Open& open);
  void complete_transaction(Open& open, const ForeignEvent& event);

  InputText& input_;
  const ImportSettings& settings_;
  ImportedHistory& imported_;
  Collector collector_;
  RecentPayloads operations_;
  RecentPayloads results_;
  bool failed_cas_is_mismatch_ = false;
  bool chosen_ = false;
  bool any_on_key_ = false;
  bool drains_ = false;
  bool goes_on_ = false;
  bool any_overdrawn_ = false;
  bool any_alone_ = false;
  /// Where each process began the drain that it is at.
  std::map<std::string, engine::Document> open_drains_;
  /// Processes with an open operation that is not judged.
  std::set<std::string> on_other_keys_;
  std::uint64_t transaction_events_ = 0;
  std::vector<ForeignEvent> waiting_;
  std::unordered_map<std::string, Open> open_;  // looked up, never iterated
};

}  // namespace stampede::histories
