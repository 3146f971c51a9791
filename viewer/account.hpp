// A stored run as the page asks for it: what is shown at once, its decisions as columns, and what
// each of them did, a thousand at a time.
//
// 1. The run is done again when this is made; nothing is told that the stored digest does not vouch
//    for.
// 2. All texts are JSON with nodes by name; words for people are made by the page.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "explain/tape.hpp"
#include "viewer/field_index.hpp"

namespace stampede::viewer {

class Account {
 public:
  /// `index`: unless it is nullptr, has all fields of the run from then on. InputError as
  /// explain::stored_tape.
  Account(const traces::RunRecord& record, const scenarios::RerunSettings& settings,
          FieldIndex* index = nullptr);

  /// What is told of it from now on may not be all there is.
  [[nodiscard]] bool is_interrupted() const { return interrupted_ && interrupted_(); }

  static constexpr std::uint64_t steps_in_part = 1'000;

  /// Scenario, verdict, nodes, operations, and what nodes showed: O(events) characters at most, in
  /// practice O(operations, faults, and changes of roles).
  [[nodiscard]] std::string overview();
  /// Of the steps from first to last, one column behind the other, little-endian: time in ns (f64),
  /// cause, before, type (a position in the overview's `types`), incarnation (u32), node, peer
  /// (u16; 65535 = none), kind (u8; a position in the overview's `kinds`).
  /// REQUIRES: 1 <= first, last <= size().
  [[nodiscard]] std::string columns(std::uint64_t first, std::uint64_t last) const;
  [[nodiscard]] std::string columns() const { return columns(1, size()); }
  [[nodiscard]] std::uint64_t size() const { return tape_.size(); }
  [[nodiscard]] std::uint64_t parts() const {
    return (tape_.size() + steps_in_part - 1) / steps_in_part;
  }
  /// The states of all nodes before the part's first step, each as its name and the edit
  /// (engine/core/edit.hpp) that makes it of the one before it, the first of `null`; and of each
  /// step the event, its effects, and the edit of its node's state where that changed. REQUIRES:
  /// part < parts().
  [[nodiscard]] std::string part(std::uint64_t part);
  /// What led to the violation that the run is told by (explain::Story); `null` if nothing broke.
  [[nodiscard]] std::string story();
  /// Where that became certain (explain::NoReturn); `null` if nothing broke.
  [[nodiscard]] std::string no_return();

 private:
  /// What nodes showed of themselves, as JSON: [step, node, what].
  class Looks final : public engine::WorldObserver {
   public:
    void event(const engine::Event& event) override;
    [[nodiscard]] const engine::JsonWriter& all() const { return all_; }

   private:
    engine::JsonWriter all_;
  };

  void write_run(engine::JsonWriter& json) const;
  void write_scenario(engine::JsonWriter& json) const;
  void write_result(engine::JsonWriter& json) const;
  void write_operations(engine::JsonWriter& json) const;
  /// What the strip of the whole run shows before any columns are there: [step, kind, node, type]
  /// of what begins or ends something, and times of steps that are equally far apart.
  void write_strip(engine::JsonWriter& json) const;
  void index_types();
  void index_violations(FieldIndex& index) const;
  /// Of each operation the earliest step at which it can have taken effect in one order that
  /// explains all results; 0 = there is none, or it took none.
  [[nodiscard]] std::vector<std::uint64_t> points() const;

  traces::RunRecord record_;
  std::function<bool()> interrupted_;
  Looks looks_;
  explain::Tape tape_;
  /// By step - 1, positions in `types_`.
  std::vector<std::uint32_t> type_of_;
  std::vector<std::string> types_;
};

}  // namespace stampede::viewer
