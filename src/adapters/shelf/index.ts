// Written by npm run shelf.
import type { ShelfEntry } from './entry.ts';
import aiven from './services/aiven.json' with { type: 'json' };
import anthropic from './services/anthropic.json' with { type: 'json' };
import awx from './services/awx.json' with { type: 'json' };
import bitbucketDc from './services/bitbucket-dc.json' with { type: 'json' };
import cloudflare from './services/cloudflare.json' with { type: 'json' };
import coder from './services/coder.json' with { type: 'json' };
import confluenceDc from './services/confluence-dc.json' with { type: 'json' };
import contentful from './services/contentful.json' with { type: 'json' };
import databricks from './services/databricks.json' with { type: 'json' };
import datadog from './services/datadog.json' with { type: 'json' };
import dockerHub from './services/docker-hub.json' with { type: 'json' };
import elasticsearch from './services/elasticsearch.json' with { type: 'json' };
import fastly from './services/fastly.json' with { type: 'json' };
import gitea from './services/gitea.json' with { type: 'json' };
import githubSso from './services/github-sso.json' with { type: 'json' };
import gitlabGroup from './services/gitlab-group.json' with { type: 'json' };
import gitlabProject from './services/gitlab-project.json' with { type: 'json' };
import harbor from './services/harbor.json' with { type: 'json' };
import hcpTerraform from './services/hcp-terraform.json' with { type: 'json' };
import heroku from './services/heroku.json' with { type: 'json' };
import hex from './services/hex.json' with { type: 'json' };
import influxdb from './services/influxdb.json' with { type: 'json' };
import jfrog from './services/jfrog.json' with { type: 'json' };
import jiraDc from './services/jira-dc.json' with { type: 'json' };
import jupyterhub from './services/jupyterhub.json' with { type: 'json' };
import keycloakAdmin from './services/keycloak-admin.json' with { type: 'json' };
import launchdarkly from './services/launchdarkly.json' with { type: 'json' };
import linode from './services/linode.json' with { type: 'json' };
import mattermost from './services/mattermost.json' with { type: 'json' };
import neon from './services/neon.json' with { type: 'json' };
import netbox from './services/netbox.json' with { type: 'json' };
import nomad from './services/nomad.json' with { type: 'json' };
import npm from './services/npm.json' with { type: 'json' };
import okta from './services/okta.json' with { type: 'json' };
import openai from './services/openai.json' with { type: 'json' };
import portainer from './services/portainer.json' with { type: 'json' };
import pulumi from './services/pulumi.json' with { type: 'json' };
import quay from './services/quay.json' with { type: 'json' };
import rancher from './services/rancher.json' with { type: 'json' };
import resend from './services/resend.json' with { type: 'json' };
import scaleway from './services/scaleway.json' with { type: 'json' };
import sendgrid from './services/sendgrid.json' with { type: 'json' };
import sonarqube from './services/sonarqube.json' with { type: 'json' };
import turso from './services/turso.json' with { type: 'json' };
import unleash from './services/unleash.json' with { type: 'json' };
import vercel from './services/vercel.json' with { type: 'json' };
import verdaccio from './services/verdaccio.json' with { type: 'json' };
import wordpress from './services/wordpress.json' with { type: 'json' };
import zendesk from './services/zendesk.json' with { type: 'json' };

export { offerOf } from './entry.ts';

export const shelfEntries: readonly ShelfEntry[] = [
  aiven,
  anthropic,
  awx,
  bitbucketDc,
  cloudflare,
  coder,
  confluenceDc,
  contentful,
  databricks,
  datadog,
  dockerHub,
  elasticsearch,
  fastly,
  gitea,
  githubSso,
  gitlabGroup,
  gitlabProject,
  harbor,
  hcpTerraform,
  heroku,
  hex,
  influxdb,
  jfrog,
  jiraDc,
  jupyterhub,
  keycloakAdmin,
  launchdarkly,
  linode,
  mattermost,
  neon,
  netbox,
  nomad,
  npm,
  okta,
  openai,
  portainer,
  pulumi,
  quay,
  rancher,
  resend,
  scaleway,
  sendgrid,
  sonarqube,
  turso,
  unleash,
  vercel,
  verdaccio,
  wordpress,
  zendesk,
];
