"""One settings object: defaults, then ``dafu.toml`` in the data folder, then ``DAFU_…`` variables."""

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy import URL

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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / "dafu.toml")

    @property
    def database(self) -> str:
        """The database's URL with the default filled in."""
        file = URL.create("sqlite", database=str((self.home / "dafu.db").resolve()))
        return self.database_url or file.render_as_string()

    @property
    def warc_folder(self) -> Path:
        """Where the WARC files lie."""
        return self.home / "warc"


def load_settings() -> Settings:
    """The settings that hold now.

    Raises :class:`~storage.refusal.Refused` with the file or variable at fault.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Refused(
            f"setting '{name}' refused: {first['msg']} (got {first.get('input')!r}); "
            f"correct DAFU_{name.upper()} or '{name}' in dafu.toml in the data folder",
            exit_code=2,
        ) from None
    except ValueError as error:
        raise Refused(f"dafu.toml in the data folder refused: {error}; correct it", exit_code=2) from None
