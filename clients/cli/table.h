// Rows of text, aligned for people or written as CSV for programs.
#ifndef MUSTER_CLIENTS_CLI_TABLE_H_
#define MUSTER_CLIENTS_CLI_TABLE_H_

#include <string>
#include <vector>

namespace muster::cli {

// A table that is gathered line by line. For one thread.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    size_t widest = 60;  // cells are cut to so many terminal columns
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Adds a line. REQUIRES: as many cells as there are columns.
  void Add(std::vector<std::string> cells) { lines_.push_back(std::move(cells)); }
  bool Empty() const { return lines_.empty(); }

  // The titles and lines in columns that fit their cells on a terminal, two blanks apart, each line ended.
  std::string Aligned() const;

 private:
  const std::vector<Column> columns_;
  std::vector<std::vector<std::string>> lines_;
};

// Cells as one line of CSV: quoted where needed, ended with a line feed.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TABLE_H_
