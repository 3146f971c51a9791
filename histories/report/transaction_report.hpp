// Transactions and their anomalies in words, as lines of a chart and as rows of a page.
#pragma once

#include <string>
#include <vector>

#include "checkers/transactions/isolation.hpp"
#include "histories/import/import.hpp"
#include "histories/report/lane_chart.hpp"
#include "histories/report/page.hpp"

namespace stampede::histories {

/// `[:r x [1 2]] [:append x 3]`, as Elle writes it; of lists of more than 8 elements the first two
/// and the last four.
std::string describe(const checkers::Transaction& transaction);

/// The transactions of the anomaly by their beginnings, each named with its number and its process.
std::string lane_chart(const ImportedHistory& imported, const checkers::Anomaly& anomaly);

/// What the page of a transactional history shows: all transactions, and the anomalies as stories.
void fill_page(const ImportedHistory& imported, const std::vector<checkers::Anomaly>& anomalies,
               PageContent& content);

}  // namespace stampede::histories
