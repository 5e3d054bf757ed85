// From the fields that all questions have (population, expression, snapshot, today) to a prepared question.
#ifndef MUSTER_SERVER_SERVICES_ASKING_H_
#define MUSTER_SERVER_SERVICES_ASKING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/population/database.h"
#include "index/population/population.h"
#include "muster/v1/query_service.pb.h"
#include "query/questions/question.h"

namespace muster::server {

// A question, prepared on its snapshot. The population belongs to the database.
struct Asked {
  index::Population* population = nullptr;
  std::shared_ptr<const index::Snapshot> snapshot;
  std::unique_ptr<query::Question> question;
};

// The population of a request. INVALID_ARGUMENT when the field is empty, NOT_FOUND when there is none of that
// name.
absl::StatusOr<index::Population*> FindPopulation(index::Database& database, const std::string& name);

// Prepares the question of a request that has the usual fields. `snapshot`: a receipt's, or empty for the
// current one; an empty `today` then means the receipt's day, else today in the population's zone.
absl::StatusOr<Asked> Ask(index::Database& database, const std::string& population,
                          const v1::ExpressionSource& expression, const std::string& snapshot,
                          const std::string& today);

// Prepares the question again for a later page: on the versions and the day of the first one.
absl::StatusOr<Asked> AskAt(index::Database& database, const std::string& population,
                            const v1::ExpressionSource& expression, const index::VersionVector& versions,
                            absl::CivilDay today);

// The question's warnings, as messages.
void EncodeWarnings(const query::Question& question,
                    google::protobuf::RepeatedPtrField<v1::Warning>& warnings);

// What makes the answer `count` repeatable.
v1::Receipt EncodeReceipt(const Asked& asked, uint64_t count);

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_ASKING_H_
