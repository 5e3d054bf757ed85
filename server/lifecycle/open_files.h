// How many files this process may have open.
#ifndef MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_
#define MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_

#include <cstdint>

namespace muster::server {

// Raises the soft limit to the hard one, for every population keeps six files open and every connection one.
// The limit from now on; one that can't be raised stays as it is.
uint64_t RaiseOpenFileLimit();

// How many connections there may be of those that are asked for, under that limit: a quarter of it, and some,
// stays for the files of populations.
int ConnectionsWithin(int asked, uint64_t open_files);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_
