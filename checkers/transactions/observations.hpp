// What transactions wrote and what they saw from outside, in numbers: keys, versions (a key and a
// value that one transaction wrote to it), reads.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "checkers/transactions/allowance.hpp"
#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/transaction.hpp"

namespace stampede::checkers {

/// Keeps the first anomaly of each name and level.
void report(std::vector<Anomaly>& anomalies, Anomaly anomaly);
/// `T7`: transactions are numbered from 0, in the order of the history.
std::string transaction_name(std::uint32_t number);

class Observations {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Version {
    std::uint32_t key = none;
    std::uint32_t transaction = none;
    std::string_view value;
    /// The transaction's last write of the key.
    bool is_final = true;
    /// Nobody else wrote this value to the key; else `transaction` is the first one who did.
    bool is_sole = true;
    /// All who wrote it aborted.
    bool is_aborted = false;
  };
  /// What a committed transaction saw of a key before it wrote it.
  struct Read {
    std::uint32_t key = none;
    std::uint32_t transaction = none;
    const MicroOperation* operation = nullptr;
    /// Of a list: elements that come from outside; behind them stand its own.
    std::uint32_t length = 0;
    /// The transaction wrote the key, too.
    bool is_replaced = false;
  };
  struct Key {
    std::string_view name;
    bool is_list = false;
    bool is_register = false;
    /// Who wrote what was read cannot be told.
    bool is_ambiguous = false;
    /// Nor what its values are: a list and a register, or nothing was written to it.
    bool is_unclear = false;
  };

  /// The transactions must outlive this. Reads that do not fit what their own transaction did are
  /// reported as `internal`.
  Observations(const std::vector<Transaction>& transactions, std::vector<Anomaly>& anomalies,
               Allowance& allowance);

  [[nodiscard]] const std::vector<Transaction>& transactions() const { return transactions_; }
  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  /// In the order of the history.
  [[nodiscard]] const std::vector<Version>& versions() const { return versions_; }
  [[nodiscard]] const std::vector<Read>& reads() const { return reads_; }
  /// The version with this value, or none.
  [[nodiscard]] std::uint32_t find(std::uint32_t key, std::string_view value) const;
  /// Why keys are ambiguous; empty if none is.
  [[nodiscard]] const std::string& ambiguity() const { return ambiguity_; }

 private:
  using KeyAndValue = std::pair<std::uint32_t, std::string_view>;
  /// What the transaction at hand did to a key.
  struct Own {
    /// The transaction that this is about.
    std::uint32_t transaction = none;
    std::uint32_t last_version = none;
    /// Its last write of the register.
    const MicroOperation* written = nullptr;
    /// Its last read from outside, as an index of reads().
    std::uint32_t read = none;
    /// What it appended.
    std::vector<const std::string*> appended;

    void enter(std::uint32_t number) {
      if (transaction == number) return;
      transaction = number;
      last_version = none;
      written = nullptr;
      read = none;
      appended.clear();
    }
  };

  void count();
  void read_writes();
  void add_version(std::uint32_t key, std::uint32_t transaction, const MicroOperation& operation,
                   Own& own);
  void read_reads(std::vector<Anomaly>& anomalies);
  void read_list(std::uint32_t transaction, std::uint32_t key, const MicroOperation& operation,
                 Own& own, std::vector<Anomaly>& anomalies);
  void read_value(std::uint32_t transaction, std::uint32_t key, const MicroOperation& operation,
                  Own& own, std::vector<Anomaly>& anomalies);
  void find_ambiguous_keys();
  void set_ambiguous(std::uint32_t key, const std::string& why);
  void note_replaced(const Own& own);

  const std::vector<Transaction>& transactions_;
  Allowance& allowance_;
  std::vector<Key> keys_;
  std::vector<Version> versions_;
  std::vector<Read> reads_;
  /// Of each operation, in the order of the history.
  std::vector<std::uint32_t> key_of_;
  std::vector<Own> own_;
  boost::unordered_flat_map<KeyAndValue, std::uint32_t> by_value_;
  std::string ambiguity_;
};

}  // namespace stampede::checkers
