#!/bin/sh
# Makes the secrets of docker-compose.yml, a file each, in the folder `secrets` or in one that is named:
#   sh deploy/make-secrets.sh [FOLDER]
# What is there already stays as it is, so it may be run again. The folder is for who makes it alone. The
# files in it may be read by all: Docker mounts each as it is, for containers that run as other users.
set -eu
umask 077
folder=${1:-secrets}
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# put NAME TEXT
put() {
  if [ ! -s "$folder/$1" ]; then
    printf '%s\n' "$2" >"$folder/$1"
    echo "made $folder/$1"
  fi
  chmod 444 "$folder/$1"
}

# read_back NAME: what stands in URLs as well.
read_back() { cat "$folder/$1"; }

put postgres_password "$(random)"
put app_database_password "$(random)"
put redis_password "$(random)"
put owner_database_url "postgres://holdfast:$(read_back postgres_password)@postgres:5432/holdfast"
put app_database_url "postgres://holdfast_app:$(read_back app_database_password)@postgres:5432/holdfast"
put redis_url "redis://holdfast:$(read_back redis_password)@redis:6379/0"
put auth_secret "$(random)"
put admin_token "$(random)"
