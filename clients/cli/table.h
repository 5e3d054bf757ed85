// Rows of text, aligned for people or written as CSV for programs.
#ifndef MUSTER_CLIENTS_CLI_TABLE_H_
#define MUSTER_CLIENTS_CLI_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/terminal.h"

namespace muster::cli {

// A table that is gathered line by line. For one thread.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    size_t widest = 60;    // cells are cut to so many terminal columns
    size_t narrowest = 0;  // where there is less room, cells are cut to no fewer than so many; 0: to `widest`
    bool optional = false;  // left out where there is too little room for the others
    bool wraps = false;     // of the last column: cells go on in further lines instead of being cut
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Adds a line. REQUIRES: as many cells as there are columns.
  void Add(std::vector<std::string> cells) { lines_.push_back(std::move(cells)); }
  bool Empty() const { return lines_.empty(); }

  // The titles and lines in columns that fit their cells on a terminal, two blanks apart, each line ended.
  // Lines that would be wider than `room` are made to fit as far as the columns allow: optional columns are
  // left out, the last one first, and then cells are cut, in the last column first.
  std::string Aligned(size_t room = kUnboundedColumns) const;

 private:
  // How wide each column is; nothing for one that is left out.
  std::vector<std::optional<size_t>> WidthsIn(size_t room) const;

  const std::vector<Column> columns_;
  std::vector<std::vector<std::string>> lines_;
};

// Cells as one line of CSV: quoted where needed, ended with a line feed.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TABLE_H_
