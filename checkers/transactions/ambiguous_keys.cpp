// What is wrong with reads of keys to which some values were written twice, whoever wrote them.
#include <algorithm>

#include "checkers/transactions/inference.hpp"

namespace stampede::checkers {

void Inference::check_ambiguous_source(const Read& read, const std::string& value) {
  const std::uint32_t version = observations_.find(read.key, value);
  if (version == DependencyGraph::none) return report_unwritten(read, value);
  const Observations::Version& source = observations_.versions()[version];
  if (source.is_sole) return check_source(read, version);
  if (!source.is_aborted) return;
  report("G1a", Level::read_committed,
         transaction_name(read.transaction) + " read " + value + " from " + key_name(read.key) +
             ", which " + transaction_name(source.transaction) +
             " and others wrote, who all aborted",
         {source.transaction, read.transaction});
}

void Inference::check_ambiguous_register(std::uint32_t key) {
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    allowance_.work();
    if (read.operation->value) check_ambiguous_source(read, *read.operation->value);
  }
}

/// Lists only grow, so that each that was read begins as the shorter ones do.
void Inference::check_ambiguous_list(std::uint32_t key) {
  const Read* longest = nullptr;
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    if (longest == nullptr || read.length > longest->length) longest = &read;
  }
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    const std::vector<std::string>& list = *read.operation->list;
    const auto end = list.begin() + read.length;
    allowance_.work(2 * std::uint64_t{read.length});
    for (auto element = list.begin(); element != end; ++element) {
      const std::uint32_t version = observations_.find(key, *element);
      const bool wrong =
          version == DependencyGraph::none || observations_.versions()[version].is_aborted;
      if (wrong) check_ambiguous_source(read, *element);
    }
    const auto differ = std::mismatch(list.begin(), end, longest->operation->list->begin());
    if (differ.first == end) continue;
    fits_[number] = false;
    report("incompatible-order", Level::read_committed,
           transaction_name(read.transaction) + " read " + *differ.first + " from " +
               key_name(key) + " where " + transaction_name(longest->transaction) + " read " +
               *differ.second,
           {read.transaction, longest->transaction});
  }
}

}  // namespace stampede::checkers
