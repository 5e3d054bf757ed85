// Tables of text, aligned for people or written as CSV for programs.
#ifndef MUSTER_CLIENTS_CLI_TABLE_H_
#define MUSTER_CLIENTS_CLI_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/terminal.h"

namespace muster::cli {

// A table that is built line by line. Not thread-safe.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    size_t widest = 60;    // cells are cut to this many terminal columns
    size_t narrowest = 0;  // when space is short, cells are cut to no fewer than this; 0: `widest`
    // When space is short: 0: never omitted; the others in ascending order, of equal ones the last first.
    size_t omitted = 0;
    bool wraps = false;  // only for the last column: cells continue on further lines instead of being cut
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Adds a line. REQUIRES: as many cells as there are columns.
  void Add(std::vector<std::string> cells) { lines_.push_back(std::move(cells)); }
  bool Empty() const { return lines_.empty(); }

  // The titles and lines, aligned in columns two spaces apart, each line ended. Lines wider than `room` are
  // shortened as far as the columns allow: columns are omitted, as Column::omitted says, then cells are
  // cut, in the last column first.
  std::string Aligned(size_t room = kUnboundedColumns) const;

 private:
  // The width of each column; empty for an omitted one.
  std::vector<std::optional<size_t>> WidthsIn(size_t room) const;

  const std::vector<Column> columns_;
  std::vector<std::vector<std::string>> lines_;
};

// Cells as one line of CSV: quoted if needed, with a final line feed.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TABLE_H_
