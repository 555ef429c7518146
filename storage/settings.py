"""One settings object: defaults, then ``dafu.toml`` in the data folder, then ``DAFU_…`` variables."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy import URL

from crawler.wording import first_fault, nearest, read_toml
from storage.console import say
from storage.refusal import Refused


class Settings(BaseSettings):
    """What holds for one data folder."""

    model_config = SettingsConfigDict(env_prefix="DAFU_", extra="forbid", env_ignore_empty=True)

    home: Path = Field(default=Path("data"), description="the data folder")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite, dafu.db in the data folder")
    portals: Path | None = Field(default=None, description="a folder of further portal definitions")
    contact: str = Field(default="", description="mail address or URL for site owners, sent with every request")
    revisits: int = Field(default=20, ge=0, description="known URLs asked again in one ordinary run")
    max_body: int = Field(default=64 * 2**20, ge=1024, description="largest body kept, in bytes")
    warc_size: int = Field(default=2**30, ge=2**16, description="a WARC file of this many bytes is closed")
    gone_days: float = Field(default=2, ge=0, le=3650, description="days for which a page must be missing to be gone")
    run_minutes: float = Field(default=360, gt=0, description="minutes after which a run is stopped; the next goes on")
    run_memory: int = Field(default=2048, ge=256, description="MB of memory beyond which a run's process is killed")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables win over the file; the file is looked for in the folder that the variables name."""
        home = Path(os.environ.get("DAFU_HOME") or "data")
        return init_settings, env_settings, _File(settings_cls, home / "dafu.toml")

    @property
    def database(self) -> str:
        """The database's URL with the default filled in."""
        file = URL.create("sqlite", database=str((self.home / "dafu.db").resolve()))
        return self.database_url or file.render_as_string()

    @property
    def warc_folder(self) -> Path:
        """Where the WARC files lie."""
        return self.home / "warc"


class _File(TomlConfigSettingsSource):
    def _read_file(self, file_path: Any) -> dict[str, Any]:
        try:
            given = read_toml(file_path)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise Refused(f"{file_path} refused: {reason}; correct it", exit_code=2) from None
        known = Settings.model_fields
        for name in given.keys() - known.keys():
            say(f"dafu: {file_path}: '{name}' is no setting and is ignored{nearest(name, known)}")
        return {name: value for name, value in given.items() if name in known}


def load_settings() -> Settings:
    """The settings that hold now; names that are none are told on standard error.

    Raises :class:`~storage.refusal.Refused` with the file or variable at fault.
    """
    known = [name.upper() for name in Settings.model_fields]
    for name in sorted(os.environ):
        prefix, _, rest = name.upper().partition("_")
        if prefix == "DAFU" and rest not in known:
            say(f"dafu: {name} is no setting and is ignored{nearest(rest, known, 'DAFU_')}")
    try:
        return Settings()
    except ValidationError as error:
        name, reason = first_fault(error, lambda place: Settings.model_fields)
        place = f"DAFU_{name.upper()} or '{name}' in dafu.toml in the data folder"
        raise Refused(f"setting '{name}' refused: {reason}; correct {place}", exit_code=2) from None
