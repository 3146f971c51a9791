// Transactions and their anomalies in words, as lines of a chart and as rows of a page.
#pragma once

#include <string>
#include <vector>

#include "checkers/import/import.hpp"
#include "checkers/report/lane_chart.hpp"
#include "checkers/report/page.hpp"
#include "checkers/transactions/isolation.hpp"

namespace stampede::checkers {

/// `[:r x [1 2]] [:append x 3]`, as Elle writes it; of lists of more than 8 elements the first two
/// and the last four.
std::string describe(const Transaction& transaction);

/// The transactions of the anomaly by their beginnings, each named with its number and its process.
std::string lane_chart(const ImportedHistory& imported, const Anomaly& anomaly);

/// What the page of a transactional history shows: all transactions, and the anomalies as stories.
void fill_page(const ImportedHistory& imported, const std::vector<Anomaly>& anomalies,
               PageContent& content);

}  // namespace stampede::checkers
