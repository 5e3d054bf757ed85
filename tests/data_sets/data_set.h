// The real data sets: their location, the schemas of their columns, and their questions.
#ifndef MUSTER_TESTS_DATA_SETS_DATA_SET_H_
#define MUSTER_TESTS_DATA_SETS_DATA_SET_H_

#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"

namespace muster::testing {

struct DataSet {
  std::string name;  // the folder's, and the population's
  std::string file;
  std::string id_column;
  std::map<std::string, int> numbers;  // column → scale
  std::set<std::string> multi;         // columns that many records of a member add to
  std::set<std::string> left_out;      // columns that Muster has no kind for: many numbers a member
  std::vector<std::string> load_options;
  std::string fixed_tags;  // when not empty: the `tags:` of its schema
};

// A question with its independently computed answer.
struct Asked {
  std::string set;
  std::string id;
  google::protobuf::Struct expression;
  uint64_t count = 0;
  std::string members_sha256;
  std::string excepted;  // why Muster can't be asked this yet; empty: it can
};

// All questions of all sets, and the entries that could not be read as questions.
struct Questions {
  std::vector<Asked> asked;
  std::vector<std::string> problems;  // a sentence each
};

// How a test's name and its failures show them.
void PrintTo(const DataSet& set, std::ostream* out);
void PrintTo(const Asked& asked, std::ostream* out);

// Where the sets lie; empty when they are not beside the project.
std::string DataSetsFolder();
std::vector<DataSet> DataSets();
// The data directory that the fixture loads the set into.
std::string LoadedFolder(const DataSet& set);
// A tags.yaml that declares every column.
std::string SchemaOf(const DataSet& set);
// Nothing of either when the sets are not beside the project; a set without questions is a problem.
Questions ReadQuestions();

}  // namespace muster::testing

#endif  // MUSTER_TESTS_DATA_SETS_DATA_SET_H_
