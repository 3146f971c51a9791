// `replay --show events`: a run as lanes, a column for each node, time downwards. What a node shows
// of itself is told when it changes, and only what changed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/core/names.hpp"
#include "engine/world/world.hpp"

namespace stampede::cli {

class Lanes final : public engine::WorldObserver {
 public:
  static constexpr std::size_t width = 120;

  /// Prints line by line, without line feeds. `coloured`: with the control sequences of terminals;
  /// what comes from the run has none.
  Lanes(engine::NodeNames names, std::uint64_t from, std::uint64_t to, bool coloured,
        std::function<void(const std::string&)> print);
  /// Steps before `from` are not printed, events beyond step `to` passed over.
  void event(const engine::Event& event) override;
  /// The last step is told when nothing follows: call once, at the end.
  void finish();

 private:
  /// What has to be said of one step: parts that are not broken over lines.
  struct Told {
    std::uint64_t step = 0;
    engine::Time time{};
    NodeId node = no_node;
    std::vector<std::string> parts{};
    /// The sends that are being gathered: their type.
    std::string sending{};
    bool violated = false;
  };

  void print_head();
  void print_step();
  void print_line(const std::string& front, std::size_t column, const std::string& text);
  [[nodiscard]] std::size_t column_of(NodeId node) const;
  [[nodiscard]] std::string colour() const;
  void begin(const engine::Event& event);
  void add_effect(const engine::Event& event);
  void add_send(const engine::Event& event);
  void add_changes(const engine::Event& event);

  engine::NodeNames names_;
  std::uint64_t from_;
  std::uint64_t to_;
  bool coloured_;
  std::function<void(const std::string&)> print_;
  std::size_t spacing_ = 0;
  bool head_printed_ = false;
  Told told_;
  /// By node and what it shows, group included: the value.
  std::map<std::pair<NodeId, std::string>, std::string> shown_;
};

/// To the standard output.
void print_lane(const std::string& line);
/// Whether what is printed on the standard output may have colours: it is a terminal, and NO_COLOR
/// is not set.
bool wants_colour();

}  // namespace stampede::cli
