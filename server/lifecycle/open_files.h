// How many files this process may have open.
#ifndef MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_
#define MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_

#include <cstddef>
#include <cstdint>

namespace muster::server {

// Raises the soft limit to the hard one, for every population keeps six files open and every connection one.
// The limit from now on; one that can't be raised stays as it is.
uint64_t RaiseOpenFileLimit();

// How many populations there may be under that limit: all that are `asked` for, or as many as half of the
// files are enough for; at least one. However many clients connect, those files are left to them.
size_t PopulationsWithin(size_t asked, uint64_t open_files);

// How many connections there may be of those that are asked for, beside so many populations and what else the
// process has open; at least four.
int ConnectionsWithin(int asked, size_t populations, uint64_t open_files);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_
